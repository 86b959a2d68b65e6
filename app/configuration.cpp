#include "app/configuration.h"

#include "server/chat/serveridentity.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

using Applied = Result<void, QString>;

Applied wrong(const QString &text) { return Unexpected(text); }

constexpr int MaxServerNameLength = 64;
constexpr double MaxSeconds = 24 * 3'600;

auto integer(auto ServerSettings::*member, qint64 min, qint64 max)
{
    return [member, min, max](ServerSettings &settings, const QString &value) -> Applied {
        bool isNumber = false;
        const qint64 number = value.toLongLong(&isNumber);
        if (!isNumber || number < min || number > max)
            return wrong(u"A whole number from %1 to %2 is expected, not \"%3\"."_s.arg(min).arg(max).arg(value));
        using Number = std::remove_reference_t<decltype(settings.*member)>;
        settings.*member = static_cast<Number>(number);
        return {};
    };
}

auto rate(RateSettings ServerSettings::*member, double RateSettings::*part)
{
    return [member, part](ServerSettings &settings, const QString &value) -> Applied {
        bool isNumber = false;
        const double number = value.toDouble(&isNumber);
        if (!isNumber || !std::isfinite(number) || number < 0 || number > 1e9)
            return wrong(u"A number from 0 (no limit) to 1000000000 is expected, not \"%1\"."_s.arg(value));
        if (part == &RateSettings::burst && number > 0 && number < 1) // never a whole token: everything refused for ever
            return wrong(u"A burst is 0 (no limit) or at least 1, not \"%1\"."_s.arg(value));
        settings.*member.*part = number;
        return {};
    };
}

auto seconds(std::chrono::milliseconds ServerSettings::*member, double min)
{
    return [member, min](ServerSettings &settings, const QString &value) -> Applied {
        bool isNumber = false;
        const double number = value.toDouble(&isNumber);
        if (!isNumber || !std::isfinite(number) || number < min || number > MaxSeconds)
            return wrong(u"Seconds from %1 to %2 are expected, not \"%3\"."_s.arg(min).arg(MaxSeconds).arg(value));
        const std::chrono::milliseconds rounded(std::llround(number * 1'000));
        settings.*member = number > 0 ? std::max(rounded, std::chrono::milliseconds(1)) : rounded; // 0 would be for ever
        return {};
    };
}

Applied setName(ServerSettings &settings, const QString &value)
{
    const bool isPrintable = std::all_of(value.begin(), value.end(), [](QChar c) { return c.isPrint() || c.isSurrogate(); });
    if (value.isEmpty() || value.size() > MaxServerNameLength || !isPrintable)
        return wrong(u"A name of 1 to %1 printable characters is expected."_s.arg(MaxServerNameLength));
    settings.name = value;
    return {};
}

auto addresses(QList<QHostAddress> ServerSettings::*member)
{
    return [member](ServerSettings &settings, const QString &value) -> Applied {
        QList<QHostAddress> all;
        for (const QString &part : value.split(u',')) {
            const QString text = part.trimmed();
            const QHostAddress address = text == "any"_L1 ? QHostAddress(QHostAddress::Any) : QHostAddress(text);
            if (address.isNull())
                return wrong(u"Addresses of this computer with commas between them, or any, are expected, not \"%1\"."_s.arg(text));
            all.append(address);
        }
        settings.*member = all;
        return {};
    };
}

Applied setData(ServerSettings &settings, const QString &value)
{
    if (value.isEmpty())
        return wrong(u"A directory is expected."_s);
    settings.dataDirectory = value;
    return {};
}

/// One of a few words; `words` is in the order in which they are told.
template <typename T>
auto word(T ServerSettings::*member, const std::vector<std::pair<QString, T>> &words)
{
    return [member, words](ServerSettings &settings, const QString &value) -> Applied {
        QStringList known;
        for (const auto &[name, meaning] : words) {
            if (value == name) {
                settings.*member = meaning;
                return {};
            }
            known.append(name);
        }
        const QString last = known.takeLast();
        return wrong(u"%1 or %2 is expected, not \"%3\"."_s.arg(known.join(u", "_s), last, value));
    };
}

auto flag(bool ServerSettings::*member) { return word<bool>(member, { { u"true"_s, true }, { u"false"_s, false } }); }

Applied setPassword(ServerSettings &settings, const QString &value)
{
    if (value.isEmpty() || value.size() > limits::MaxPasswordLength)
        return wrong(u"A password of 1 to %1 characters is expected."_s.arg(limits::MaxPasswordLength));
    settings.password = value;
    return {};
}

auto file(QString ServerSettings::*member)
{
    return [member](ServerSettings &settings, const QString &value) -> Applied {
        if (value.isEmpty())
            return wrong(u"A file is expected."_s);
        settings.*member = value;
        return {};
    };
}

Applied setOrigins(ServerSettings &settings, const QString &value)
{
    QStringList origins;
    for (const QString &part : value.split(u',', Qt::SkipEmptyParts)) {
        const QString origin = part.trimmed();
        if (!origin.startsWith("http://"_L1) && !origin.startsWith("https://"_L1))
            return wrong(u"Origins like https://chat.example are expected, not \"%1\"."_s.arg(origin));
        origins.append(origin);
    }
    settings.allowedOrigins = origins;
    return {};
}

struct TlsProblem
{
    QString key; ///< of [tls]
    QString text;
};

/// A server that cannot use its files must not find out when it starts.
Result<void, TlsProblem> checkTls(const ServerSettings &settings)
{
    if (settings.tlsCertificate.isEmpty() && settings.tlsKey.isEmpty())
        return {};
    if (settings.tlsKey.isEmpty())
        return Unexpected(TlsProblem { u"certificate"_s, u"A certificate needs its key in [tls]."_s });
    if (settings.tlsCertificate.isEmpty())
        return Unexpected(TlsProblem { u"key"_s, u"A key needs its certificate in [tls]."_s });
    const auto read = readIdentity(settings.tlsCertificate, settings.tlsKey);
    if (read)
        return {};
    const bool isOfCertificate = read.error().fault == TlsIdentity::Fault::Certificate;
    return Unexpected(TlsProblem { isOfCertificate ? u"certificate"_s : u"key"_s, read.error().text });
}

Applied setKeep(ServerSettings &settings, const QString &value)
{
    if (value == "forever"_L1) {
        settings.keepDays = 0;
        return {};
    }
    const QStringList words = value.simplified().split(u' ');
    bool isNumber = false;
    const int days = words.first().toInt(&isNumber);
    const bool isDays = words.size() == 2 && words.last() == (days == 1 ? "day"_L1 : "days"_L1);
    if (!isNumber || !isDays || days < 1 || days > limits::MaxKeepDays)
        return wrong(u"forever, or 1 day to %1 days, is expected, not \"%2\"."_s.arg(limits::MaxKeepDays).arg(value));
    settings.keepDays = days;
    return {};
}

} // namespace

const std::vector<Setting> &allSettings()
{
    using S = ServerSettings;
    constexpr qint64 MaxCount = 1'000'000'000;
    constexpr qint64 MaxBytes = 1'073'741'824; // 1 GiB
    static const std::vector<Setting> settings {
        { u"server"_s, u"name"_s, setName },
        { u"server"_s, u"bind"_s, addresses(&S::bind) },
        { u"server"_s, u"port"_s, integer(&S::port, 0, 65'535) },
        { u"server"_s, u"data"_s, setData },
        { u"server"_s, u"access"_s,
          word<Access>(&S::access, { { u"open"_s, Access::Open }, { u"password"_s, Access::Password }, { u"accounts"_s, Access::Accounts } }) },
        { u"server"_s, u"password"_s, setPassword },
        { u"server"_s, u"discovery"_s, flag(&S::discovery) },
        { u"server"_s, u"io_threads"_s, integer(&S::ioThreads, 0, 16) },
        { u"server"_s, u"tls"_s,
          word<TlsMode>(&S::tls, { { u"required"_s, TlsMode::Required }, { u"optional"_s, TlsMode::Optional }, { u"off"_s, TlsMode::Off } }) },
        { u"server"_s, u"approve_guests"_s, flag(&S::approveGuests) },
        { u"server"_s, u"guest_timeout"_s, seconds(&S::guestTimeout, 1) },
        { u"tls"_s, u"certificate"_s, file(&S::tlsCertificate) },
        { u"tls"_s, u"key"_s, file(&S::tlsKey) },
        { u"websocket"_s, u"ping_interval"_s, seconds(&S::pingInterval, 0) },
        { u"websocket"_s, u"ping_timeout"_s, seconds(&S::pingTimeout, 0) },
        { u"websocket"_s, u"max_message_size"_s, integer(&S::maxMessageSize, 0, MaxBytes) },
        { u"websocket"_s, u"max_queued_bytes"_s, integer(&S::maxQueuedBytes, 0, MaxBytes) },
        { u"websocket"_s, u"max_queued_in_all"_s, integer(&S::maxQueuedInAll, 0, MaxBytes * 1'024) },
        { u"websocket"_s, u"handshake_timeout"_s, seconds(&S::handshakeTimeout, 0) },
        { u"websocket"_s, u"allowed_origins"_s, setOrigins },
        { u"websocket"_s, u"batch_size"_s, integer(&S::batchSize, 1, 1'000) },
        { u"websocket"_s, u"batch_timeout"_s, seconds(&S::batchTimeout, 0) },
        { u"limits"_s, u"messages_burst"_s, rate(&S::messages, &RateSettings::burst) },
        { u"limits"_s, u"messages_per_second"_s, rate(&S::messages, &RateSettings::perSecond) },
        { u"limits"_s, u"typing_burst"_s, rate(&S::typing, &RateSettings::burst) },
        { u"limits"_s, u"typing_per_second"_s, rate(&S::typing, &RateSettings::perSecond) },
        { u"limits"_s, u"requests_burst"_s, rate(&S::requests, &RateSettings::burst) },
        { u"limits"_s, u"requests_per_second"_s, rate(&S::requests, &RateSettings::perSecond) },
        { u"limits"_s, u"joins_burst"_s, rate(&S::joins, &RateSettings::burst) },
        { u"limits"_s, u"joins_per_second"_s, rate(&S::joins, &RateSettings::perSecond) },
        { u"limits"_s, u"rooms_burst"_s, rate(&S::newRooms, &RateSettings::burst) },
        { u"limits"_s, u"rooms_per_second"_s, rate(&S::newRooms, &RateSettings::perSecond) },
        { u"limits"_s, u"bytes_burst"_s, rate(&S::bytes, &RateSettings::burst) },
        { u"limits"_s, u"bytes_per_second"_s, rate(&S::bytes, &RateSettings::perSecond) },
        { u"limits"_s, u"sign_ins_burst"_s, rate(&S::signIns, &RateSettings::burst) },
        { u"limits"_s, u"sign_ins_per_second"_s, rate(&S::signIns, &RateSettings::perSecond) },
        { u"limits"_s, u"new_users_burst"_s, rate(&S::newUsers, &RateSettings::burst) },
        { u"limits"_s, u"new_users_per_second"_s, rate(&S::newUsers, &RateSettings::perSecond) },
        { u"limits"_s, u"address_factor"_s, integer(&S::addressFactor, 0, 1'000'000) },
        { u"limits"_s, u"connections"_s, integer(&S::connections, 0, MaxCount) },
        { u"limits"_s, u"connections_per_address"_s, integer(&S::connectionsPerAddress, 0, MaxCount) },
        { u"limits"_s, u"strangers_per_address"_s, integer(&S::strangersPerAddress, 0, MaxCount) },
        { u"limits"_s, u"sign_in_timeout"_s, seconds(&S::signInTimeout, 0) },
        { u"limits"_s, u"max_content_length"_s, integer(&S::maxContentLength, 0, MaxCount) },
        { u"limits"_s, u"rooms_per_user"_s, integer(&S::roomsPerUser, 0, MaxCount) },
        { u"store"_s, u"sync"_s, word<bool>(&S::syncFull, { { u"full"_s, true }, { u"normal"_s, false } }) },
        { u"store"_s, u"keep"_s, setKeep },
        { u"monitoring"_s, u"port"_s, integer(&S::monitoringPort, 0, 65'535) },
        { u"monitoring"_s, u"bind"_s, addresses(&S::monitoringBind) },
    };
    return settings;
}

Result<void, QString> applySetting(ServerSettings &settings, const QString &section, const QString &key, const QString &value)
{
    for (const Setting &setting : allSettings()) {
        if (setting.section == section && setting.key == key)
            return setting.apply(settings, value);
    }
    return wrong(u"There is no such setting in [%1]."_s.arg(section));
}

Result<void, ConfigError> applyEntries(const QList<IniEntry> &entries, const QString &fileName, ServerSettings &settings)
{
    ServerSettings changed = settings;
    int accessLine = 0;
    QHash<QString, int> tlsLines;
    for (const IniEntry &entry : entries) {
        if (entry.key.isEmpty()) {
            const auto isOfSection = [&](const Setting &setting) { return setting.section == entry.section; };
            if (std::none_of(allSettings().begin(), allSettings().end(), isOfSection))
                return Unexpected(ConfigError { fileName, entry.line, u"[%1]"_s.arg(entry.section), u"There is no such section."_s });
            continue;
        }
        if (const auto applied = applySetting(changed, entry.section, entry.key, entry.value); !applied)
            return Unexpected(ConfigError { fileName, entry.line, entry.key, applied.error() });
        if (entry.section == "server"_L1 && entry.key == "access"_L1)
            accessLine = entry.line;
        if (entry.section == "tls"_L1)
            tlsLines.insert(entry.key, entry.line);
    }
    if (changed.access == Access::Password && changed.password.isEmpty()) {
        return Unexpected(ConfigError { fileName, accessLine, u"access"_s,
                                        u"access = password needs a password in [server]."_s });
    }
    if (const auto checked = checkTls(changed); !checked)
        return Unexpected(ConfigError { fileName, tlsLines.value(checked.error().key), checked.error().key, checked.error().text });
    settings = changed;
    return {};
}

Result<void, ConfigError> readConfiguration(const QString &fileName, ServerSettings &settings)
{
    const auto entries = readIniFile(fileName);
    if (!entries)
        return Unexpected(entries.error());
    return applyEntries(*entries, fileName, settings);
}

} // namespace hearth
