#include "ui/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

/// As for the icons: the linker keeps what is named.
static void initResources() { Q_INIT_RESOURCE(translations); }

namespace hearth {

using namespace Qt::Literals::StringLiterals;

void installTranslations(QCoreApplication &application)
{
    initResources();
    const auto install = [&](const QString &name, const QString &directory, const QLocale &locale) {
        auto *translator = new QTranslator(&application);
        if (translator->load(locale, name, u"_"_s, directory))
            QCoreApplication::installTranslator(translator);
    };
    install(u"hearth"_s, u":/hearth/translations"_s, QLocale(QLocale::English));
    install(u"qtbase"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath), QLocale());
    install(u"hearth"_s, u":/hearth/translations"_s, QLocale());
}

} // namespace hearth
