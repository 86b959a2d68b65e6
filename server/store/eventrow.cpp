#include "server/store/eventrow.h"

#include "protocol/visitor.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QIODevice>
#include <QTimeZone>
#include <QtEndian>

namespace hearth {

namespace {

QDataStream &operator<<(QDataStream &out, const std::optional<qint64> &value)
{
    out << value.has_value();
    return out << value.value_or(0);
}

QDataStream &operator<<(QDataStream &out, const std::optional<QString> &value)
{
    out << value.has_value();
    return out << value.value_or(QString()).toUtf8();
}

} // namespace

qint64 EventRow::checksum() const
{
    QByteArray bytes;
    bytes.reserve(128);
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    out << roomId << seq << static_cast<qint64>(kind) << userId << at << target << text << clientId
        << replyTo << flag << otherUserId;
    const QByteArray hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha1);
    return qFromBigEndian<qint64>(hash.constData());
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
    return row.isNull(column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(row.integer(column), QTimeZone::utc());
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
    return RoomEvent { room, Seq(row.integer(0)), storedUser(row.text(2)),
                       QDateTime::fromMSecsSinceEpoch(row.integer(3), QTimeZone::utc()), readBody() };
}

} // namespace hearth
