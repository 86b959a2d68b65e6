#include "app/maintenance.h"

#include "app/consoleclient.h"
#include "app/serverlinks.h"
#include "server/chat/serveridentity.h"
#include "server/store/backup.h"

#include <QDateTime>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Action = ServerOptions::Action;

QString wordsFor(const BackupReport &report)
{
    return u"%1 rooms, %2 messages, %3 bytes"_s.arg(report.counts.rooms).arg(report.counts.messages).arg(report.bytes);
}

MaintenanceOutcome runBackup(const ServerOptions &options)
{
    const auto done = backUp(options.settings.dataDirectory, options.file);
    if (!done)
        return { false, {}, done.error() };
    return { true, u"Backed up %1 to %2: %3."_s.arg(options.settings.dataDirectory, options.file, wordsFor(*done)), {} };
}

MaintenanceOutcome runRestore(const ServerOptions &options)
{
    const auto done = restore(options.file, options.settings.dataDirectory, QDateTime::currentDateTime());
    if (!done)
        return { false, {}, done.error() };
    QString text = u"Restored %1 to %2: %3."_s.arg(options.file, options.settings.dataDirectory, wordsFor(*done));
    if (!done->keptAside.isEmpty())
        text += u"\nThe database that was there is kept as %1."_s.arg(done->keptAside);
    return { true, text, {} };
}

MaintenanceOutcome runCheck(const ServerOptions &options)
{
    const CheckReport report = checkDataDirectory(options.settings.dataDirectory);
    if (report.findings.isEmpty()) {
        return { true,
                 u"All is well: %1 rooms, %2 users, %3 messages, %4 events."_s.arg(report.counts.rooms)
                     .arg(report.counts.users)
                     .arg(report.counts.messages)
                     .arg(report.counts.events),
                 {} };
    }
    QStringList lines = report.findings;
    if (report.moreFindings > 0)
        lines.append(u"And %1 more."_s.arg(report.moreFindings));
    return { false, lines.join(u'\n'), {} };
}

MaintenanceOutcome tellFingerprint(const ServerOptions &options)
{
    const ServerSettings &settings = options.settings;
    if (settings.tls == TlsMode::Off)
        return { false, {}, u"tls = off: there is no key to tell of."_s };
    const auto identity = existingIdentity(settings);
    if (!identity)
        return { false, {}, identity.error() };
    if (!identity->has_value()) {
        return { false, {},
                 u"There is no key in %1 yet. The server makes it when it starts for the first time."_s.arg(settings.dataDirectory) };
    }
    const Fingerprint &fingerprint = (*identity)->fingerprint();
    QStringList lines { u"Fingerprint: "_s + fingerprint.toString(), u"Words: "_s + fingerprint.words() };
    const auto running = askWhereabouts(settings.dataDirectory);
    for (const QString &link : linksTo(running.value_or(whereaboutsOf(settings, fingerprint))))
        lines.append(u"Link: "_s + link);
    return { true, lines.join(u'\n'), {} };
}

} // namespace

MaintenanceOutcome runMaintenance(const ServerOptions &options)
{
    switch (options.action) {
    case Action::Backup:
        return runBackup(options);
    case Action::Restore:
        return runRestore(options);
    case Action::Fingerprint:
        return tellFingerprint(options);
    default:
        return runCheck(options);
    }
}

} // namespace hearth
