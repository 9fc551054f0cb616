package screening

import "zhunru/screening/dictionary"

// decide gives the outcome of a listing: that of its gravest finding. A score
// never overrides it, and more findings never soften it.
//
//	any finding prohibited                 → prohibited
//	else any finding needs_category        → needs_category
//	else any finding review                → review
//	only notices, held categories, nothing → pass
func decide(findings []Finding) Outcome {
	worst := OutcomePass
	for i := range findings {
		if o := findings[i].Outcome; o != OutcomeNotice && o.severity() > worst.severity() {
			worst = o
		}
	}
	return worst
}

// findingOutcome gives the outcome of one finding.
//
//	class disposition | sure           | to be reviewed | category held
//	prohibited        | prohibited     | review         | (no category lifts it)
//	needs_category    | needs_category | review         | pass
//	review            | review         | review         | –
//	notice            | notice         | notice         | –
func findingOutcome(d dictionary.Disposition, sure, held bool) Outcome {
	switch d {
	case dictionary.Prohibited:
		if sure {
			return OutcomeProhibited
		}
		return OutcomeReview
	case dictionary.NeedsCategory:
		switch {
		case held:
			return OutcomePass
		case sure:
			return OutcomeNeedsCategory
		}
		return OutcomeReview
	case dictionary.Notice:
		return OutcomeNotice
	}
	return OutcomeReview
}
