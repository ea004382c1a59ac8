"""What each step is for, in a sentence, for whoever is asked and does not know what is meant."""

from __future__ import annotations

from collections.abc import Mapping

from devicelog.steps.step import Step

STEPS: Mapping[str, str] = {
    Step.OPENED: "Who treats, as what (such as physician), under which number, and in which place or room.",
    Step.HISTORY: "Whether the medical history was looked through before this session, and what of it matters.",
    Step.SCREENING: "What speaks against this way of treating. A yes, and what is unknown or not asked, may stop it.",
    Step.CONSENT: "Whether the patient agreed, on which form, and what was told before.",
    Step.PATCH_TEST: "Whether the product was tried on a small place of the skin before, and what came of it.",
    Step.CONSULTATION: "The talk before the treatment: its day, and what was said.",
    Step.PRODUCTS: "What is used, as it is printed on it: products, what is drawn into syringes, needle or electrode.",
}
