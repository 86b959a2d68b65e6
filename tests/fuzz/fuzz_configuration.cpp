// Any bytes as a configuration file. What is taken can be written out and read again; what is refused leaves the
// settings as they were, and says where and why.

#include "app/configuration.h"
#include "tests/fuzz/fuzztarget.h"

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray written(const QList<IniEntry> &entries)
{
    QString text;
    for (const IniEntry &entry : entries)
        text += entry.key.isEmpty() ? u"[%1]\n"_s.arg(entry.section) : entry.key + u" = "_s + entry.value + u'\n';
    return text.toUtf8();
}

void checkRange(const ServerSettings &settings)
{
    HEARTH_HOLDS(!settings.name.isEmpty() && !settings.bind.isEmpty());
    HEARTH_HOLDS(settings.access != Access::Password || !settings.password.isEmpty());
    HEARTH_HOLDS(settings.batchSize >= 1);
    for (const auto time : { settings.pingInterval, settings.pingTimeout, settings.handshakeTimeout, settings.batchTimeout, settings.signInTimeout })
        HEARTH_HOLDS(time.count() >= 0 && time <= std::chrono::hours(24));
    for (const RateSettings &rate : { settings.messages, settings.typing, settings.requests, settings.joins, settings.newRooms, settings.bytes, settings.signIns, settings.newUsers })
        HEARTH_HOLDS((rate.burst == 0 || rate.burst >= 1) && rate.perSecond >= 0);
    for (const qint64 count : { settings.maxMessageSize, settings.maxQueuedBytes, settings.maxQueuedInAll, qint64 { settings.addressFactor }, qint64 { settings.connections },
                                qint64 { settings.connectionsPerAddress }, qint64 { settings.strangersPerAddress }, qint64 { settings.maxContentLength },
                                qint64 { settings.roomsPerUser } })
        HEARTH_HOLDS(count >= 0);
}

} // namespace

void hearth::fuzz::runFuzzInput(const QByteArray &input)
{
    const QString file = u"hearth.conf"_s;
    const auto entries = parseIni(input, file);
    if (!entries) {
        HEARTH_HOLDS(!entries.error().text.isEmpty() && entries.error().toString().startsWith(file));
        return;
    }
    const auto again = parseIni(written(*entries), file);
    HEARTH_HOLDS(again.has_value() && again->size() == entries->size());
    for (qsizetype i = 0; i < entries->size(); ++i) {
        const IniEntry &a = entries->at(i);
        const IniEntry &b = again->at(i);
        HEARTH_HOLDS(a.section == b.section && a.key == b.key && a.value == b.value);
        HEARTH_HOLDS(a.line >= 1 && a.line <= input.count('\n') + 1);
    }

    const QString untouched = u"as it was"_s;
    ServerSettings settings;
    settings.name = untouched;
    if (const auto applied = applyEntries(*entries, file, settings); !applied) {
        HEARTH_HOLDS(!applied.error().text.isEmpty() && applied.error().line >= 1);
        HEARTH_HOLDS(settings.name == untouched);
    }
    checkRange(settings);
}
