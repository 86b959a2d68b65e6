#pragma once

class QCoreApplication;

namespace hearth {

/// Installs the texts for the user's language: ours, English where there are none (its plurals are a translation too),
/// and Qt's own. They live as long as the application.
void installTranslations(QCoreApplication &application);

} // namespace hearth
