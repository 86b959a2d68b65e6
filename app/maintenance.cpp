#include "app/maintenance.h"

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

} // namespace

MaintenanceOutcome runMaintenance(const ServerOptions &options)
{
    switch (options.action) {
    case Action::Backup:
        return runBackup(options);
    case Action::Restore:
        return runRestore(options);
    default:
        return runCheck(options);
    }
}

} // namespace hearth
