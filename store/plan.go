package store

// The tables of schedules, imports and rejects. What is done with them belongs
// to the jobs; the rows stand here so that the schema is checked against them.

type scheduleRow struct {
	Key       int64 `gorm:"primaryKey"`
	Name      string
	Kind      string
	Spec      string
	Zone      string
	Params    *string
	State     string
	NextRunAt *int64
	LastRunAt *int64
	Missed    int64
	Version   int64
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (scheduleRow) TableName() string { return "schedules" }

type importRow struct {
	Key        int64 `gorm:"primaryKey"`
	Kind       string
	FileName   string
	FileHash   []byte
	State      string
	NextRow    int64
	NextOffset int64
	Inserted   int64
	Updated    int64
	Unchanged  int64
	Rejected   int64
	RunKey     *int64
	Actor      string
	Spec       string
	Problems   string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	UpdatedAt  int64 `gorm:"autoUpdateTime:false"`
}

func (importRow) TableName() string { return "imports" }

type rejectRow struct {
	ImportKey int64 `gorm:"primaryKey;autoIncrement:false"`
	N         int64 `gorm:"primaryKey;autoIncrement:false"`
	Line      int64
	Field     string
	Code      string
	Reason    string
	Excerpt   string
}

func (rejectRow) TableName() string { return "rejects" }
