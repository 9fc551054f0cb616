package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/trace"

	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

// Options are what a Server is made of. Backend, Dictionary and Registry are
// required; the zero value of the rest is right for most.
type Options struct {
	Backend    Backend
	Dictionary *dictionary.Dictionary
	Registry   *qualification.Registry
	Version    string // of the program, for the OpenAPI document
	// InsecureLocal asks for no key and makes everybody an admin. Requests must
	// come from this machine; the caller listens on loopback only.
	InsecureLocal bool
	Rate          float64       // requests a second for each key; 0: 1,000
	Timeout       time.Duration // of a request; 0: 30 s
	MaxUpload     int64         // bytes of a file that is sent in; 0: 2 GiB
	// KeyMemory is how long a key that opened something is taken for in force
	// without asking again: how long a key that was revoked elsewhere may still
	// open. An end is kept to the instant all the same. 0: every request asks.
	KeyMemory time.Duration
	Log       *slog.Logger     // nil: none
	Observer  Observer         // nil: none
	Tracer    trace.Tracer     // makes a span of every request; nil: none
	Metrics   http.Handler     // what /metrics shows to those who may; nil: no such route
	Now       func() time.Time // the clock; nil: time.Now
	// Secret seals cursors and receipts; zero: one of this process, so that they
	// end with it.
	Secret [32]byte
}

// A Server answers requests. It is safe for concurrent use.
type Server struct {
	backend    Backend
	dictionary *dictionary.Dictionary
	registry   *qualification.Registry
	insecure   bool
	timeout    time.Duration
	maxUpload  int64
	log        *slog.Logger
	observer   Observer
	tracer     trace.Tracer
	now        func() time.Time
	secret     [32]byte

	engine    *gin.Engine
	api       huma.API
	rights    map[right][]Role
	perKey    *limits
	keyring   *keyring
	strangers *limits  // wrong keys, by address
	uses      *limits  // last uses noted, by key
	inHand    sync.Map // actor and Idempotency-Key of the requests in hand
	behind    sync.WaitGroup
	leaving   atomic.Bool
}

// configureFramework sets what huma and gin keep in variables of their own and
// offer no other way to set.
var configureFramework = sync.OnceFunc(func() {
	gin.SetMode(gin.ReleaseMode)
	huma.ValidateStrictCasing = true
	huma.NewErrorWithContext = problemOfHuma
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return problemOfHuma(nil, status, msg, errs...)
	}
})

// New makes a server. It panics if an operation has no rights: a mistake of
// ours, seen by every test.
func New(o Options) *Server {
	configureFramework()
	s := &Server{
		backend: o.Backend, dictionary: o.Dictionary, registry: o.Registry, insecure: o.InsecureLocal,
		timeout: o.Timeout, maxUpload: o.MaxUpload, log: o.Log, observer: o.Observer, tracer: o.Tracer, now: o.Now, rights: rights(),
		strangers: newLimits(5, 20), uses: newLimits(1.0/60, 1), keyring: newKeyring(o.KeyMemory),
	}
	if s.timeout <= 0 {
		s.timeout = 30 * time.Second
	}
	if s.maxUpload <= 0 {
		s.maxUpload = defaultUpload
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.secret = o.Secret; s.secret == [32]byte{} {
		rand.Read(s.secret[:]) //nolint:errcheck // it never fails: the program ends first
	}
	if s.now == nil {
		s.now = time.Now
	}
	if o.Rate <= 0 {
		o.Rate = 1000
	}
	s.perKey = newLimits(o.Rate, max(1, int(2*o.Rate)))
	s.engine = gin.New()
	s.engine.UseRawPath, s.engine.UnescapePathValues = true, true
	s.engine.HandleMethodNotAllowed, s.engine.RedirectTrailingSlash = true, false
	s.engine.Use(s.begin)
	s.engine.NoRoute(func(c *gin.Context) { s.refuse(c, &fault{status: http.StatusNotFound, code: "NOT_FOUND"}) })
	s.engine.NoMethod(func(c *gin.Context) {
		s.refuse(c, &fault{status: http.StatusMethodNotAllowed, code: "METHOD_NOT_ALLOWED"})
	})
	s.api = humagin.New(s.engine, s.config(o.Version))
	s.api.UseMiddleware(s.admit, s.doOnce)
	s.routes()
	s.serveHealth()
	s.serveDocs()
	s.serveInsides(o.Metrics)
	return s
}

func (s *Server) routes() {
	s.routeScreenings()
	s.routePrechecks()
	s.routeStandings()
	s.routeRevisions()
	s.routeListings()
	s.routeMerchants()
	s.routeDocuments()
	s.routeQualifications()
	s.routeCategories()
	s.routeDictionary()
	s.routeLedger()
	s.routeReports()
	s.routeRuns()
	s.routeSchedules()
	s.routeImports()
	s.routeEvidence()
	s.routeWebhooks()
}

func (s *Server) config(version string) huma.Config {
	json := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: decode}
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[qualification.Date](), reflect.TypeFor[string]())
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "准入 zhunru", Version: version, Description: "商品与商家的合规筛查 / compliance screening of listings and merchants",
				License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
			},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas:         registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "zhunru keys create"}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": json, "json": json},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

// schemaName keeps types of one name in different packages apart.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.PkgPath() {
	case "zhunru/screening":
		return "Screening" + name
	case "zhunru/screening/qualification":
		return "Qualification" + name
	case "zhunru/screening/dictionary":
		return "Dictionary" + name
	}
	return name
}

// Bounds of bodies, in bytes, and the time they have to arrive.
const (
	usualBody = 1 << 20
	batchBody = 8 << 20
	bodyTime  = 30 * time.Second
)

// register adds an operation that only those who have the right of its name
// reach. Statuses are the errors it documents beside those of all.
func register[I, O any](s *Server, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	if len(s.rights[right(op.OperationID)]) == 0 {
		panic("api: nobody has the right to " + op.OperationID)
	}
	op.Security = []map[string][]string{{"key": {}}}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	if op.Method != http.MethodGet {
		_, hasBody := reflect.TypeFor[I]().FieldByName("Body")
		if hasBody {
			op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusUnsupportedMediaType)
		}
		if hasBody || takesOnce(&op) { // its hash is compared
			op.Errors = append(op.Errors, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge)
		}
		op.BodyReadTimeout = bodyTime
		if op.MaxBodyBytes == 0 {
			op.MaxBodyBytes = usualBody
		}
	}
	if _, ok := any(new(O)).(unlesser); ok && op.Method == http.MethodGet {
		documentTags(&op)
	}
	if takesOnce(&op) {
		op.Errors = append(op.Errors, http.StatusConflict)
		op.Parameters = append(op.Parameters, onceParam())
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		var out *O
		var err error
		if fields := nuls(in); len(fields) > 0 {
			err = because(fields...)
		} else {
			out, err = handle(ctx, in)
		}
		if err == nil {
			if t, ok := any(out).(unlesser); ok && op.Method == http.MethodGet {
				t.unless(requestOf(ctx).have)
			}
			return out, nil
		}
		p := s.problem(ctx, err)
		if f := faultOf(err); f.wait > 0 {
			return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {strconv.Itoa(f.wait)}})
		}
		return nil, p
	})
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// Leave makes /readyz answer that no more requests should be sent here; those
// that come are served all the same.
func (s *Server) Leave() { s.leaving.Store(true) }

// Wait returns when nothing goes on behind the requests' backs any more. Call it
// after the last request.
func (s *Server) Wait() { s.behind.Wait() }

// OpenAPI returns the document that /openapi.json serves. It must not be changed.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }
