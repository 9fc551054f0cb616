-- Files that were sent in through the API wait to be imported: who sent them, how
-- they are to be read, and what was wrong beside refused rows.

-- +goose Up
ALTER TABLE imports DROP CONSTRAINT imports_state_check;
ALTER TABLE imports ADD CONSTRAINT imports_state_check CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled'));
ALTER TABLE imports ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN spec TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN problems TEXT NOT NULL DEFAULT '[]';

-- +goose Down
UPDATE imports SET state = 'cancelled' WHERE state = 'waiting';
ALTER TABLE imports DROP CONSTRAINT imports_state_check;
ALTER TABLE imports ADD CONSTRAINT imports_state_check CHECK (state IN ('running', 'done', 'failed', 'cancelled'));
ALTER TABLE imports DROP COLUMN problems;
ALTER TABLE imports DROP COLUMN spec;
ALTER TABLE imports DROP COLUMN actor;
