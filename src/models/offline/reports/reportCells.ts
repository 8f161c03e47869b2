import type { WantedReport } from '../conversation';
import { outlineOfChangeLog, sectionsOfChangeLog } from './changeLogReport';
import { outlineOfGlossary, sectionsOfGlossary } from './glossaryReport';
import { outlineOfOnboarding, sectionsOfOnboarding } from './onboardingReport';
import { outlineOfOverview, sectionsOfOverview } from './overviewReport';
import { outlineOfReference, sectionsOfReference } from './referenceReport';
import { outlineOfSecurity, sectionsOfSecurity } from './securityReport';
import { outlineOfTestGaps, sectionsOfTestGaps } from './testGapsReport';

/** The cells that write a report: one that reserves its sections, one that fills them. */
export interface ReportCells {
  readonly outline: string;
  readonly sections: string;
}

/** The cells for a report of Fathom's own templates; null for others. */
export function reportCells({ template, language, revisions }: WantedReport): ReportCells | null {
  switch (template) {
    case 'architecture-overview':
      return { outline: outlineOfOverview(language), sections: sectionsOfOverview };
    case 'api-reference':
      return { outline: outlineOfReference(language), sections: sectionsOfReference };
    case 'onboarding-guide':
      return { outline: outlineOfOnboarding(language), sections: sectionsOfOnboarding };
    case 'security-review':
      return { outline: outlineOfSecurity(language), sections: sectionsOfSecurity };
    case 'test-gaps':
      return { outline: outlineOfTestGaps(language), sections: sectionsOfTestGaps };
    case 'glossary':
      return { outline: outlineOfGlossary(language), sections: sectionsOfGlossary };
    case 'change-log': {
      if (revisions === null) return null;
      const outline = outlineOfChangeLog(revisions.from, revisions.to, language);
      return { outline, sections: sectionsOfChangeLog };
    }
    default:
      return null;
  }
}
