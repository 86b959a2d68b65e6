#include "server/store/eventrow.h"

#include "protocol/visitor.h"

#include <QVarLengthArray>
#include <QtEndian>

#include <array>
#include <memory>
#include <openssl/evp.h>

namespace hearth {

namespace {

/// Values one after the other as QDataStream writes them (its version Qt_6_0), without the cost of a device.
class RowBytes
{
public:
    void add(qint64 value)
    {
        const qint64 bigEndian = qToBigEndian(value);
        m_bytes.append(reinterpret_cast<const char *>(&bigEndian), sizeof bigEndian);
    }
    void add(const std::optional<qint64> &value)
    {
        addFlag(value.has_value());
        add(value.value_or(0));
    }
    void add(const std::optional<QString> &value)
    {
        addFlag(value.has_value());
        const QByteArray utf8 = value.value_or(QString()).toUtf8();
        const quint32 size = qToBigEndian(utf8.isNull() ? NullSize : static_cast<quint32>(utf8.size()));
        m_bytes.append(reinterpret_cast<const char *>(&size), sizeof size);
        m_bytes.append(utf8.constData(), utf8.size());
    }
    [[nodiscard]] QByteArrayView all() const { return { m_bytes.constData(), m_bytes.size() }; }

private:
    static constexpr quint32 NullSize = 0xffffffff;

    void addFlag(bool flag) { m_bytes.append(flag ? '\1' : '\0'); }

    QVarLengthArray<char, 512> m_bytes;
};

/// SHA-1 (FIPS 180-4) by libcrypto, which has the processor compute it where that can: QCryptographicHash does not, and took an eighth
/// of an append. One for each thread.
class Sha1
{
public:
    using Digest = std::array<unsigned char, 20>;

    Sha1() : m_context(EVP_MD_CTX_new())
    {
        require(m_context != nullptr ? EVP_DigestInit_ex(m_context.get(), EVP_sha1(), nullptr) : 0);
    }

    [[nodiscard]] Digest of(QByteArrayView bytes)
    {
        Digest digest;
        require(EVP_DigestInit_ex(m_context.get(), nullptr, nullptr)); // the same algorithm, without looking for it again
        require(EVP_DigestUpdate(m_context.get(), bytes.data(), static_cast<std::size_t>(bytes.size())));
        require(EVP_DigestFinal_ex(m_context.get(), digest.data(), nullptr));
        return digest;
    }

private:
    struct Free
    {
        void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
    };

    static void require(int outcome)
    {
        if (outcome != 1)
            throw SqlFailure(StoreError { StoreError::Reason::Failed, QStringLiteral("libcrypto computes no SHA-1") });
    }

    std::unique_ptr<EVP_MD_CTX, Free> m_context;
};

} // namespace

qint64 EventRow::checksum() const
{
    RowBytes bytes;
    bytes.add(roomId);
    bytes.add(seq);
    bytes.add(static_cast<qint64>(kind));
    bytes.add(userId);
    bytes.add(at);
    bytes.add(target);
    bytes.add(text);
    bytes.add(clientId);
    bytes.add(replyTo);
    bytes.add(flag);
    bytes.add(otherUserId);
    thread_local Sha1 sha1;
    return qFromBigEndian<qint64>(sha1.of(bytes.all()).data());
}

EventRow EventRow::of(const EventBody &body)
{
    EventRow row;
    std::visit(Visitor {
                   [&row](const MessagePosted &message) {
                       row.kind = EventKind::Message;
                       row.text = message.content;
                       if (message.clientId)
                           row.clientId = message.clientId->toString();
                       if (message.replyTo)
                           row.replyTo = message.replyTo->value();
                   },
                   [&row](const MessageEdited &edit) {
                       row.kind = EventKind::Edit;
                       row.target = edit.target.value();
                       row.text = edit.content;
                   },
                   [&row](const MessageDeleted &deletion) {
                       row.kind = EventKind::Delete;
                       row.target = deletion.target.value();
                   },
                   [&row](const ReactionChanged &reaction) {
                       row.kind = EventKind::Reaction;
                       row.target = reaction.target.value();
                       row.text = reaction.emoji;
                       row.flag = reaction.add ? 1 : 0;
                   },
                   [&row](const TopicChanged &topic) {
                       row.kind = EventKind::Topic;
                       row.text = topic.topic;
                   },
                   [&row](const MembershipChanged &membership) {
                       row.kind = EventKind::Member;
                       row.flag = membership.change == MembershipChanged::Change::Joined ? 1 : 0;
                   },
               },
               body);
    return row;
}

EventRow EventRow::read(const Statement &row)
{
    const auto integerOrNone = [&row](int column) {
        return row.isNull(column) ? std::nullopt : std::optional(row.integer(column));
    };
    const auto textOrNone = [&row](int column) {
        return row.isNull(column) ? std::nullopt : std::optional(row.text(column));
    };
    return { .roomId = row.integer(0),
             .seq = row.integer(1),
             .kind = static_cast<EventKind>(row.integer(2)),
             .userId = row.integer(3),
             .at = row.integer(4),
             .target = integerOrNone(5),
             .text = textOrNone(6),
             .clientId = textOrNone(7),
             .replyTo = integerOrNone(8),
             .flag = integerOrNone(9),
             .otherUserId = integerOrNone(10) };
}

QDateTime storedTime(const Statement &row, int column)
{
    return row.isNull(column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(row.integer(column), Qt::UTC);
}

std::optional<qint64> milliseconds(const QDateTime &time)
{
    return time.isValid() ? std::optional(time.toMSecsSinceEpoch()) : std::nullopt;
}

UserName storedUser(const QString &text)
{
    const auto name = UserName::parse(text);
    return name ? *name : UserName();
}

RoomId storedRoom(const QString &text)
{
    const auto id = RoomId::parse(text);
    return id ? *id : RoomId();
}

RoomEvent readEvent(const RoomId &room, const Statement &row)
{
    const auto readBody = [&row]() -> EventBody {
        const Seq target(row.integer(4));
        switch (static_cast<EventKind>(row.integer(1))) {
        case EventKind::Edit:
            return MessageEdited { target, row.text(5) };
        case EventKind::Delete:
            return MessageDeleted { target };
        case EventKind::Reaction:
            return ReactionChanged { target, row.text(5), row.integer(8) != 0 };
        case EventKind::Topic:
            return TopicChanged { row.text(5) };
        case EventKind::Member: {
            using Change = MembershipChanged::Change;
            MembershipChanged change { row.integer(8) != 0 ? Change::Joined : Change::Left, {} };
            if (!row.isNull(9))
                change.by = storedUser(row.text(9));
            return change;
        }
        case EventKind::Message:
            break;
        }
        MessagePosted message { row.text(5), {}, {} };
        if (const auto id = ClientId::parse(row.text(6)))
            message.clientId = *id;
        if (!row.isNull(7))
            message.replyTo = Seq(row.integer(7));
        return message;
    };
    return RoomEvent { room, Seq(row.integer(0)), storedUser(row.text(2)), storedTime(row, 3), readBody() };
}

} // namespace hearth
