package jobs_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"zhunru/screening"
	"zhunru/screening/rescreen"
	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/storetest/pg"
	"zhunru/store/webhook"
)

// A mailbox takes what is posted, after refusing each message some times.
type mailbox struct {
	mu     sync.Mutex
	refuse int
	answer webhook.Result // of refusals
	tried  map[string]int
	got    map[string]string // bodies by id
}

func (m *mailbox) Send(_ context.Context, msg webhook.Message) (webhook.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tried[msg.ID]++; m.tried[msg.ID] <= m.refuse {
		return m.answer, nil
	}
	m.got[msg.ID] = string(msg.Body)
	return webhook.Result{Status: 200}, nil
}

func (m *mailbox) received() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.got)
}

func newMailbox(refuse int, answer webhook.Result) *mailbox {
	return &mailbox{refuse: refuse, answer: answer, tried: map[string]int{}, got: map[string]string{}}
}

func delivering(m *mailbox, tries int) func(*jobs.Options) {
	return func(o *jobs.Options) {
		o.Queues, o.Tick, o.Post = jobs.Queues, 20*time.Millisecond, m
		o.Retry = func(attempts int, _ float64) (time.Duration, bool) { return time.Millisecond, attempts < tries }
	}
}

func addWebhook(t *testing.T, s *store.Store, types ...string) (w store.Webhook) {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		w, err = tx.AddWebhook(store.Webhook{URL: "https://example.com/", Events: types, State: store.WebhookActive}, []byte("secret"))
		return err
	})
	return w
}

// TestARunIsToldAfterFailures has a receiver that refuses each message twice.
func TestARunIsToldAfterFailures(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		box := newMailbox(2, webhook.Result{Status: 503, Problem: webhook.ProblemStatus})
		w := addWebhook(t, s, webhook.RunFinished, webhook.VerdictChanged)
		save(t, s, made(250))
		c := started(t, s, builtIn(t), delivering(box, 10))
		run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
		edited := made(250)
		for i := range edited {
			edited[i].Title = "仿真手枪 全金属"
		}
		save(t, s, edited)
		r := run(t, s, c, jobs.Spec{Kind: store.RunListing, Since: time.Unix(1, 0), On: day})
		var listings int
		until(t, func() bool { return len(deliveries(t, s, w.Key, store.DeliveryPending)) == 0 && box.received() > 3 })
		for _, body := range box.got {
			var message struct {
				Type string
				Data struct{ Changes []store.ChangedVerdict }
			}
			if err := json.Unmarshal([]byte(body), &message); err != nil {
				t.Fatal(err)
			}
			listings += len(message.Data.Changes)
			if len(message.Data.Changes) > 100 {
				t.Errorf("%d changes in one message", len(message.Data.Changes))
			}
			for _, x := range message.Data.Changes {
				if x.Listing == "" || x.Old == x.New || x.New != screening.OutcomeProhibited || x.Because == "" {
					t.Errorf("%+v", x)
				}
			}
		}
		if int64(listings) != r.Flipped || r.Flipped == 0 {
			t.Errorf("%d listings were told, %d flipped", listings, r.Flipped)
		}
		for _, d := range deliveries(t, s, w.Key, "") {
			if d.State != store.DeliveryDelivered || d.Attempts != 3 {
				t.Errorf("%+v", d)
			}
		}
	})
}

func deliveries(t *testing.T, s *store.Store, key int64, state store.DeliveryState) []store.Delivery {
	t.Helper()
	out, err := s.Deliveries(t.Context(), key, state, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestADeliveryThatIsGivenUpCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		box := newMailbox(3, webhook.Result{Status: 500, Problem: webhook.ProblemStatus})
		w := addWebhook(t, s)
		write(t, s, func(tx *store.Tx) error { return tx.SaveEvent("case_due", "case/1", map[string]int{"case": 1}) })
		started(t, s, builtIn(t), delivering(box, 3))
		until(t, func() bool { return len(deliveries(t, s, w.Key, store.DeliveryDead)) == 1 })
		d := deliveries(t, s, w.Key, "")[0]
		if d.Attempts != 3 || d.Status != 500 || d.Problem != webhook.ProblemStatus {
			t.Errorf("%+v", d)
		}
		write(t, s, func(tx *store.Tx) error { return tx.Redeliver(w.Key, d.Key) })
		until(t, func() bool { return box.received() == 1 && len(deliveries(t, s, w.Key, store.DeliveryDelivered)) == 1 })
	})
}

func TestAReceiverThatIsGoneIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	box := newMailbox(1000, webhook.Result{Status: 410, Problem: webhook.ProblemGone})
	w, watcher := addWebhook(t, s, webhook.CaseDue), addWebhook(t, s, webhook.WebhookDisabled)
	write(t, s, func(tx *store.Tx) error { return tx.SaveEvent("case_due", "case/1", map[string]int{"case": 1}) })
	started(t, s, builtIn(t), delivering(box, 2))
	until(t, func() bool { return len(deliveries(t, s, watcher.Key, "")) == 1 })
	w, err := s.Webhook(t.Context(), w.Key)
	if err != nil || w.State != store.WebhookDisabled || w.Problem != webhook.ProblemGone {
		t.Errorf("%+v %v", w, err)
	}
}

// A stuck post never comes back, as that of a process that was killed.
type stuck struct{ began chan struct{} }

func (p *stuck) Send(ctx context.Context, _ webhook.Message) (webhook.Result, error) {
	select {
	case p.began <- struct{}{}:
	default:
	}
	<-ctx.Done()
	return webhook.Result{}, ctx.Err()
}

func TestTheRoundOfAWorkerThatIsGoneIsTakenOver(t *testing.T) {
	t.Parallel()
	s := open(t, pg.Start(t).Database(t))
	w, p, box := addWebhook(t, s), &stuck{make(chan struct{}, 1)}, newMailbox(0, webhook.Result{})
	started(t, s, builtIn(t), func(o *jobs.Options) { delivering(box, 2)(o); o.Post = p })
	write(t, s, func(tx *store.Tx) error { return tx.SaveEvent("case_due", "case/1", map[string]int{"case": 1}) })
	<-p.began
	started(t, s, builtIn(t), func(o *jobs.Options) { delivering(box, 2)(o); o.Lease = 100 * time.Millisecond })
	until(t, func() bool { return box.received() == 1 && len(deliveries(t, s, w.Key, store.DeliveryDelivered)) == 1 })
}

func TestEveryNoticeHasAType(t *testing.T) {
	t.Parallel()
	for _, kind := range []rescreen.NoticeKind{rescreen.NoticeEnding, rescreen.NoticeEnded, rescreen.NoticeUnreadable, rescreen.NoticeReverify, rescreen.NoticeOverdue} {
		if _, ok := webhook.TypeOf(string(kind)); !ok {
			t.Errorf("nobody is told of %s", kind)
		}
	}
	for _, state := range []store.RunState{store.RunDone, store.RunFailed, store.RunCancelled} {
		if name, _ := webhook.TypeOf("run_" + string(state)); name != webhook.RunFinished {
			t.Errorf("run %s is %q", state, name)
		}
	}
	for kind, want := range map[string]string{store.EventVerdictChanged: webhook.VerdictChanged, store.EventWebhookDisabled: webhook.WebhookDisabled} {
		if name, _ := webhook.TypeOf(kind); name != want {
			t.Errorf("%s is %q", kind, name)
		}
	}
}
