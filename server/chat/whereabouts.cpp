#include "server/chat/whereabouts.h"

#include <QStringList>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto Word = "whereabouts"_L1;
constexpr auto NoKey = "-"_L1;

} // namespace

QByteArray Whereabouts::question() { return QByteArray(Word.data(), Word.size()); }

QByteArray Whereabouts::answer() const
{
    QStringList parts { Word, QString::number(port), fingerprint.isNull() ? QString(NoKey) : fingerprint.toString() };
    for (const QHostAddress &address : addresses)
        parts.append(address.toString());
    return parts.join(u' ').toUtf8();
}

std::optional<Whereabouts> Whereabouts::fromAnswer(const QByteArray &line)
{
    const QStringList parts = QString::fromUtf8(line).split(u' ', Qt::SkipEmptyParts);
    Whereabouts found;
    found.port = parts.value(1).toUShort();
    const auto fingerprint = Fingerprint::parse(parts.value(2));
    if (parts.value(0) != Word || found.port == 0 || (!fingerprint && parts.value(2) != NoKey))
        return std::nullopt;
    if (fingerprint)
        found.fingerprint = *fingerprint;
    for (const QString &part : parts.sliced(3)) {
        found.addresses.append(QHostAddress(part));
        if (found.addresses.last().isNull())
            return std::nullopt;
    }
    return found;
}

} // namespace hearth
