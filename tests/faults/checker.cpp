#include "tests/faults/checker.h"

#include "tests/faults/folded.h"

#include <algorithm>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int MostOfAKind = 8; ///< violations of one invariant in one journal that are told: what follows only repeats them

/// Where one client stands in one room, as its journal is read.
struct Place
{
    bool isMember = false;
    bool isJoining = false; ///< asked to be let in: events may come from now on
    qint64 applied = -1; ///< the last event that it put in its place; -1: none is due yet
    qint64 live = -1; ///< the last one that this connection was sent; -1: none
    std::optional<FoldedRoom> folded; ///< its snapshot and the events since
    qint64 readSeq = 0;
};

struct Sent
{
    QString room;
    QString content;
    qint64 seq = 0; ///< 0: not acknowledged
    bool wasRefused = false; ///< once; it may have been overtaken then
};

QString describe(const FoldedRoom &room, qint64 seq)
{
    if (!room.contains(seq))
        return u"not there"_s;
    const FoldedMessage message = room.value(seq);
    QStringList reactions;
    for (auto it = message.reactions.cbegin(); it != message.reactions.cend(); ++it) {
        QStringList users = it->values();
        users.sort();
        reactions.append(it.key() + u'=' + users.join(u'+'));
    }
    return u"\"%1\" of %2 (%3)"_s.arg(message.isDeleted ? u"deleted"_s : message.content, message.user, reactions.join(u' '));
}

/// Reads one client's journal against the log.
class Reading
{
public:
    Reading(const ClientJournal &journal, const StoredLog &log, Verdict &verdict)
        : m_journal(journal), m_log(log), m_verdict(verdict)
    {
    }
    void run();

private:
    void take(const QJsonObject &line);
    void takeWelcome(const QJsonObject &line);
    void takeAck(const QJsonObject &line);
    void takeEvent(const QJsonObject &line, bool isLive);
    void takeRead(const QJsonObject &line);
    void takeSnapshot(const QJsonObject &line);
    void settle();
    void checkMessages();
    void checkKept();
    void checkOrder();
    [[nodiscard]] qint64 unread(const QString &room, qint64 after, qint64 upTo) const;
    void violate(int invariant, const QString &text);

    const ClientJournal &m_journal;
    const StoredLog &m_log;
    Verdict &m_verdict;
    QHash<QString, Place> m_places;
    QHash<QString, Sent> m_sent;
    QStringList m_order; // ids as they were posted
    QSet<QString> m_intended; // contents; a kill may have come before their ids were written down
    QHash<int, int> m_violations; // by invariant
    qsizetype m_lifeBegan = 0; // in m_order: what came before may have died with the process before it was on disk
    bool m_isWelcomed = false;
    bool m_isSettled = false;
};

void Reading::violate(int invariant, const QString &text)
{
    if (++m_violations[invariant] <= MostOfAKind)
        m_verdict.violations.append(u"%1 %2: %3"_s.arg(invariant).arg(m_journal.user, text));
}

void Reading::run()
{
    for (const QJsonObject &line : m_journal.lines)
        take(line);
    checkMessages();
    checkKept();
    checkOrder();
}

void Reading::take(const QJsonObject &line)
{
    const QString what = line["what"_L1].toString();
    const QString room = line["room"_L1].toString();
    if (what == "started"_L1) {
        m_lifeBegan = m_order.size();
    } else if (what == "posting"_L1) {
        m_intended.insert(line["content"_L1].toString());
    } else if (what == "posted"_L1) {
        m_order.append(line["id"_L1].toString());
        m_sent.insert(m_order.last(), { room, line["content"_L1].toString(), 0, false });
    } else if (what == "acked"_L1) {
        takeAck(line);
    } else if (what == "refused"_L1) {
        m_sent[line["id"_L1].toString()].wasRefused = true;
    } else if (what == "welcome"_L1) {
        takeWelcome(line);
    } else if (what == "lost"_L1) {
        m_isWelcomed = false;
    } else if (what == "joining"_L1) {
        m_places[room].isJoining = true;
    } else if (what == "joined"_L1) {
        m_places[room] = { .isMember = true, .applied = line["seq"_L1].toInteger(), .readSeq = m_places[room].readSeq };
    } else if (what == "left"_L1) {
        m_places[room] = { .readSeq = m_places[room].readSeq };
    } else if (what == "live"_L1 || what == "synced"_L1) {
        takeEvent(line, what == "live"_L1);
    } else if (what == "read"_L1) {
        takeRead(line);
    } else if (what == "snapshot"_L1) {
        takeSnapshot(line);
    } else if (what == "settled"_L1) {
        settle();
    } else if (what == "ended"_L1) {
        for (const QString &id : m_order.sliced(m_lifeBegan)) {
            if (m_sent[id].seq == 0 && !m_sent[id].wasRefused)
                violate(1, u"%1 was forgotten: it is not acknowledged, and nothing was left to send"_s.arg(id));
        }
    }
}

void Reading::takeWelcome(const QJsonObject &line)
{
    m_isWelcomed = true;
    QSet<QString> own;
    for (const QJsonValue &entry : line["rooms"_L1].toArray()) {
        const QString room = entry["room"_L1].toString();
        own.insert(room);
        Place &place = m_places[room];
        place.live = -1;
        place.isMember = true;
        const qint64 readSeq = entry["read_seq"_L1].toInteger();
        if (readSeq < place.readSeq)
            violate(5, u"read_seq of %1 went back from %2 to %3"_s.arg(room).arg(place.readSeq).arg(readSeq));
        const qint64 expected = unread(room, readSeq, entry["last_seq"_L1].toInteger());
        if (entry["unread"_L1].toInteger() != expected) {
            violate(5, u"%1 said to be unread in %2 after %3, the log has %4"_s.arg(entry["unread"_L1].toInteger())
                           .arg(room).arg(readSeq).arg(expected));
        }
    }
    for (auto it = m_places.begin(); it != m_places.end(); ++it) {
        if (!own.contains(it.key()))
            *it = { .readSeq = it->readSeq };
    }
}

void Reading::takeAck(const QJsonObject &line)
{
    const auto sent = m_sent.find(line["id"_L1].toString());
    const qint64 seq = line["seq"_L1].toInteger();
    if (sent == m_sent.end()) {
        violate(1, u"%1 was acknowledged and never posted"_s.arg(line["id"_L1].toString()));
        return;
    }
    if (sent->seq != 0 && sent->seq != seq) {
        ++m_verdict.doubled;
        violate(1, u"%1 was acknowledged as %2 and as %3"_s.arg(sent.key()).arg(sent->seq).arg(seq));
    }
    sent->seq = seq;
}

void Reading::takeEvent(const QJsonObject &line, bool isLive)
{
    const QJsonObject frame = line["event"_L1].toObject();
    const QString room = frame["room"_L1].toString();
    const LogEvent event = LogEvent::fromFrame(frame);
    Place &place = m_places[room];
    if (isLive && !place.isMember && !place.isJoining) {
        violate(7, u"heard event %1 of %2 without being a member"_s.arg(event.seq).arg(room));
        return;
    }
    const LogEvent *stored = m_log.value(room).find(event.seq);
    if (stored == nullptr)
        violate(2, u"heard event %1 of %2, which the log does not have"_s.arg(event.seq).arg(room));
    else if (*stored != event)
        violate(2, u"heard %1 %2 \"%3\" of %4, where the log has %5 \"%6\""_s.arg(event.type).arg(event.seq)
                       .arg(event.text, room, stored->type, stored->text));
    // Before its welcome a connection is a plain client, which does not hear everything (docs/protocol.md, section 2).
    if (isLive && m_isWelcomed) {
        if (place.live >= 0 && event.seq != place.live + 1)
            violate(3, u"was sent event %1 of %2 after %3"_s.arg(event.seq).arg(room).arg(place.live));
        place.live = event.seq;
    }
    if (!line["applied"_L1].toBool())
        return;
    if (place.applied >= 0 && event.seq != place.applied + 1)
        violate(2, u"applied event %1 of %2 after %3"_s.arg(event.seq).arg(room).arg(place.applied));
    place.applied = event.seq;
    if (place.folded)
        fold(*place.folded, event);
}

void Reading::takeRead(const QJsonObject &line)
{
    Place &place = m_places[line["room"_L1].toString()];
    const qint64 seq = line["seq"_L1].toInteger();
    if (seq < place.readSeq)
        violate(5, u"read_seq of %1 went back from %2 to %3"_s.arg(line["room"_L1].toString()).arg(place.readSeq).arg(seq));
    place.readSeq = std::max(place.readSeq, seq);
}

void Reading::takeSnapshot(const QJsonObject &line)
{
    const QString room = line["room"_L1].toString();
    Place &place = m_places[room];
    FoldedRoom fresh = foldedFrom(line["messages"_L1].toArray());
    const qint64 first = fresh.isEmpty() ? 0 : fresh.firstKey();
    if (m_isSettled) {
        FoldedRoom expected;
        for (const LogEvent &event : m_log.value(room).events)
            fold(expected, event);
        expected = tail(expected, first);
        if (expected != fresh) {
            qint64 seq = first;
            while (expected.contains(seq) == fresh.contains(seq) && expected.value(seq) == fresh.value(seq))
                ++seq;
            violate(4, u"the snapshot of %1 is not what its log makes: message %2 is %3, not %4"_s.arg(room).arg(seq)
                           .arg(describe(fresh, seq), describe(expected, seq)));
        }
        if (place.folded && tail(*place.folded, first) != tail(fresh, place.folded->isEmpty() ? first : place.folded->firstKey()))
            violate(4, u"an earlier snapshot of %1 and the events since are not the fresh one"_s.arg(room));
    } else if (place.isMember) {
        // What came while it was on its way may be in it or not: applied again, in order, it does no harm.
        for (const LogEvent &event : m_log.value(room).events) {
            if (event.seq > line["since"_L1].toInteger() && event.seq <= place.applied)
                fold(fresh, event);
        }
        place.folded = std::move(fresh);
    }
}

void Reading::settle()
{
    m_isSettled = true;
    for (auto it = m_places.cbegin(); it != m_places.cend(); ++it) {
        const qint64 last = m_log.value(it.key()).lastSeq;
        if (it->isMember && it->applied >= 0 && it->applied != last)
            violate(2, u"has %1 up to %2 after catching up, the log goes to %3"_s.arg(it.key()).arg(it->applied).arg(last));
        const qint64 readSeq = m_log.value(it.key()).readSeq.value(m_journal.user, it->readSeq);
        if (it->isMember && readSeq < it->readSeq)
            violate(5, u"read_seq of %1 is %2 in the database, was acknowledged as %3"_s.arg(it.key()).arg(readSeq).arg(it->readSeq));
    }
}

void Reading::checkMessages()
{
    QHash<QString, int> stored; // how often a content is in the log; no two messages of a run have the same
    QHash<QString, QString> idOf;
    for (auto it = m_sent.cbegin(); it != m_sent.cend(); ++it)
        idOf.insert(it->content, it.key());
    for (auto room = m_log.cbegin(); room != m_log.cend(); ++room) {
        for (const LogEvent &event : room->events) {
            if (event.type != "message"_L1 || event.user != m_journal.user)
                continue;
            const QString id = idOf.value(event.text);
            if (id.isEmpty() && !m_intended.contains(event.text))
                violate(1, u"event %1 of %2 was posted by nobody"_s.arg(event.seq).arg(room.key()));
            else if (++stored[event.text] == 2) {
                ++m_verdict.doubled;
                violate(1, u"\"%1\" is in the log twice"_s.arg(event.text));
            }
        }
    }
    for (auto it = m_sent.cbegin(); it != m_sent.cend(); ++it) {
        if (it->seq == 0)
            continue;
        ++m_verdict.acknowledged;
        const LogEvent *event = m_log.value(it->room).find(it->seq);
        if (event == nullptr || event->clientId != it.key() || event->text != it->content) {
            m_verdict.lost += stored.contains(it->content) ? 0 : 1;
            violate(1, u"%1 was acknowledged as %2 of %3, and is not there"_s.arg(it.key()).arg(it->seq).arg(it->room));
        }
    }
}

void Reading::checkKept()
{
    QSet<QString> stored;
    for (const StoredRoom &room : m_log) {
        for (const LogEvent &event : room.events) {
            if (event.user == m_journal.user)
                stored.insert(event.clientId);
        }
    }
    for (const QString &id : m_journal.kept) {
        if (!stored.contains(id)) {
            ++m_verdict.lost;
            violate(1, u"%1 was in the outbox at a kill and was never sent"_s.arg(id));
        }
    }
}

void Reading::checkOrder()
{
    QHash<QString, qsizetype> placeOf;
    for (qsizetype i = 0; i < m_order.size(); ++i)
        placeOf.insert(m_order[i], i);
    for (auto room = m_log.cbegin(); room != m_log.cend(); ++room) {
        qsizetype last = -1;
        for (const LogEvent &event : room->events) {
            const auto place = placeOf.constFind(event.clientId);
            if (event.user != m_journal.user || place == placeOf.cend() || m_sent[event.clientId].wasRefused)
                continue;
            if (*place < last)
                violate(3, u"%1 stands in %2 behind a message posted after it"_s.arg(event.clientId, room.key()));
            last = *place;
        }
    }
}

qint64 Reading::unread(const QString &room, qint64 after, qint64 upTo) const
{
    const StoredRoom stored = m_log.value(room);
    return std::count_if(stored.events.begin(), stored.events.end(), [&](const LogEvent &event) {
        return event.type == "message"_L1 && event.user != m_journal.user && event.seq > after && event.seq <= upTo;
    });
}

/// What the log itself must be, whoever saw what.
void checkLog(const StoredLog &log, Verdict &verdict)
{
    for (auto room = log.cbegin(); room != log.cend(); ++room) {
        qint64 due = 1;
        for (const LogEvent &event : room->events) {
            if (event.seq != due)
                verdict.violations.append(u"3 log: %1 has event %2 where %3 is due"_s.arg(room.key()).arg(event.seq).arg(due));
            due = event.seq + 1;
        }
        if (room->lastSeq != due - 1)
            verdict.violations.append(u"3 log: %1 ends at %2 and says %3"_s.arg(room.key()).arg(due - 1).arg(room->lastSeq));
    }
}

} // namespace

void Verdict::add(const Verdict &other)
{
    acknowledged += other.acknowledged;
    lost += other.lost;
    doubled += other.doubled;
    violations += other.violations;
}

Verdict check(const QList<ClientJournal> &journals, const StoredLog &log)
{
    Verdict verdict;
    checkLog(log, verdict);
    for (const ClientJournal &journal : journals)
        Reading(journal, log, verdict).run();
    return verdict;
}

} // namespace hearth::test
