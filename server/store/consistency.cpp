#include "server/store/consistency.h"

#include "server/store/database.h"
#include "server/store/integrity.h"
#include "server/store/schema.h"
#include "server/store/visit.h"

#include <QFile>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The version of the schema that knows of expiry.
constexpr int RetentionVersion = 2;
/// The first one that knows of people who were removed.
constexpr int AccountsVersion = 3;
/// The one that knows of invites.
constexpr int InvitesVersion = 5;

/// One rule: a SELECT of what breaks it, and the sentence for each row. `%1` to `%4` are its columns. `kept` has a room's
/// first seq that has its words; see defineViews().
struct Rule
{
    std::string_view sql;
    QString sentence;
};

/// What people read must be what the events say: an event has a checksum, what became of it has none.
const std::vector<Rule> &rulesOfWords()
{
    static const std::vector<Rule> all {
        // A deletion wins over every edit; before it the last edit does.
        { "WITH said AS (SELECT room_id, target AS seq, max(kind = 3) AS deleted, "
          "max(CASE kind WHEN 2 THEN seq END) AS edit FROM events NATURAL JOIN kept "
          "WHERE kind IN (2, 3) AND target >= first_seq GROUP BY room_id, target) "
          "SELECT r.room, x.seq FROM said x JOIN rooms r ON r.id = x.room_id "
          "LEFT JOIN events e ON e.room_id = x.room_id AND e.seq = x.edit "
          "LEFT JOIN message_state s ON s.room_id = x.room_id AND s.seq = x.seq "
          "WHERE s.seq IS NULL OR s.deleted <> x.deleted OR s.edited_at IS NOT e.at "
          "OR s.content IS NOT CASE x.deleted WHEN 1 THEN '' ELSE e.text END",
          u"Room %1: message %2 does not stand as its edits and deletions say."_s },
        { "SELECT r.room, s.seq FROM message_state s JOIN rooms r ON r.id = s.room_id "
          "WHERE (s.room_id, s.seq) NOT IN (SELECT room_id, target FROM events WHERE kind IN (2, 3) AND target IS NOT NULL)",
          u"Room %1: message %2 is changed, although no event says so."_s },
        { "WITH said AS (SELECT room_id, target, text, user_id, max(seq), flag FROM events NATURAL JOIN kept "
          "WHERE kind = 4 AND target >= first_seq GROUP BY room_id, target, text, user_id), "
          "held AS (SELECT room_id, target AS seq, text AS emoji, user_id FROM said WHERE flag = 1 AND "
          "(room_id, target) NOT IN (SELECT room_id, target FROM events WHERE kind = 3 AND target IS NOT NULL)), "
          "wrong AS (SELECT * FROM (SELECT * FROM held EXCEPT SELECT room_id, seq, emoji, user_id FROM reactions) "
          "UNION SELECT * FROM (SELECT room_id, seq, emoji, user_id FROM reactions EXCEPT SELECT * FROM held)) "
          "SELECT r.room, w.seq, count(*) FROM wrong w JOIN rooms r ON r.id = w.room_id GROUP BY w.room_id, w.seq",
          u"Room %1: the reactions to message %2 are not what its log says (%3 differ)."_s },
        { "SELECT r.room, n.seq FROM notifications n JOIN rooms r ON r.room = n.room "
          "JOIN events e ON e.room_id = r.id AND e.seq = n.seq WHERE e.text IS NOT NULL AND (n.content <> e.text OR n.at <> e.at)",
          u"Room %1: a stored notification of message %2 does not say what the message says."_s },
    };
    return all;
}

const std::vector<Rule> &rules()
{
    static const std::vector<Rule> all {
        { "SELECT r.room, count(*), min(e.seq), max(e.seq) FROM events e JOIN rooms r ON r.id = e.room_id "
          "GROUP BY e.room_id HAVING min(e.seq) <> 1 OR max(e.seq) <> count(*)",
          u"Room %1: its log has a gap (%2 events from seq %3 to %4)."_s },
        { "SELECT r.room, r.last_seq, coalesce((SELECT max(seq) FROM events WHERE room_id = r.id), 0) AS last "
          "FROM rooms r WHERE r.last_seq <> last",
          u"Room %1: its last seq is said to be %2, its log ends with %3."_s },
        { "SELECT r.room, u.name, m.read_seq, r.last_seq FROM members m JOIN rooms r ON r.id = m.room_id "
          "JOIN users u ON u.id = m.user_id WHERE m.read_seq > r.last_seq",
          u"Room %1: %2 has read up to seq %3, past its last seq %4."_s },
        // Of each user's membership events in a room the last one counts (max() picks the row of the other columns).
        { "WITH said AS (SELECT room_id, user_id, max(seq) AS seq, flag FROM events WHERE kind = 6 "
          "GROUP BY room_id, user_id) "
          "SELECT r.room, u.name FROM members m JOIN rooms r ON r.id = m.room_id JOIN users u ON u.id = m.user_id "
          "LEFT JOIN said s ON s.room_id = m.room_id AND s.user_id = m.user_id AND s.flag = 1 "
          "WHERE s.seq IS NULL OR s.seq <> m.joined_seq",
          u"Room %1: %2 is a member, which its log does not say."_s },
        { "WITH said AS (SELECT room_id, user_id, max(seq) AS seq, flag FROM events WHERE kind = 6 "
          "GROUP BY room_id, user_id) "
          "SELECT r.room, u.name FROM said s JOIN rooms r ON r.id = s.room_id JOIN users u ON u.id = s.user_id "
          "LEFT JOIN members m ON m.room_id = s.room_id AND m.user_id = s.user_id "
          "WHERE s.flag = 1 AND m.user_id IS NULL",
          u"Room %1: %2 is not a member, although its log says so."_s },
        // In a direct room both halves stay.
        { "SELECT r.room, u.name FROM members m JOIN removed_users u ON u.id = m.user_id JOIN rooms r ON r.id = m.room_id "
          "WHERE r.kind <> 'direct'",
          u"Room %1: %2 is still a member, although they were removed."_s },
        { "SELECT r.room, k.first_seq, r.last_seq FROM kept k JOIN rooms r ON r.id = k.room_id "
          "WHERE k.first_seq NOT BETWEEN 1 AND r.last_seq + 1",
          u"Room %1: it is said to begin with seq %2, its log ends with %3."_s },
        { "SELECT r.room, e.seq FROM events e JOIN kept k ON k.room_id = e.room_id JOIN rooms r ON r.id = e.room_id "
          "WHERE e.seq < k.first_seq AND e.text IS NOT NULL",
          u"Room %1: event %2 has expired, but its words are still there."_s },
        { "SELECT r.room, e.seq FROM events e JOIN kept k ON k.room_id = e.room_id JOIN rooms r ON r.id = e.room_id "
          "WHERE e.seq >= k.first_seq AND e.kind = 1 AND e.text IS NULL",
          u"Room %1: message %2 has lost its words before its time."_s },
        { "WITH held AS (SELECT room_id, seq FROM message_state UNION SELECT room_id, seq FROM reactions "
          "UNION SELECT room_id, seq FROM mentions "
          "UNION SELECT r.id, n.seq FROM notifications n JOIN rooms r ON r.room = n.room) "
          "SELECT r.room, h.seq FROM held h JOIN kept k ON k.room_id = h.room_id JOIN rooms r ON r.id = h.room_id "
          "WHERE h.seq < k.first_seq",
          u"Room %1: message %2 has expired, but something of it is still kept."_s },
        { "SELECT count(*) FROM mentions WHERE (room_id, seq) NOT IN (SELECT room_id, seq FROM events) "
          "HAVING count(*) > 0",
          u"mentions: rows without their event: %1."_s },
        { "SELECT count(*) FROM notifications WHERE user_id NOT IN (SELECT id FROM users) HAVING count(*) > 0",
          u"notifications: rows without their users: %1."_s },
        { "SELECT count(*) FROM notifications n LEFT JOIN rooms r ON r.room = n.room WHERE n.room IS NOT NULL AND "
          "(r.id IS NULL OR n.seq NOT IN (SELECT seq FROM events WHERE room_id = r.id)) HAVING count(*) > 0",
          u"notifications: rows without their room or event: %1."_s },
    };
    return all;
}

const std::vector<Rule> &rulesOfInvites()
{
    static const std::vector<Rule> all {
        { "SELECT id, used, max_uses FROM invites WHERE used NOT BETWEEN 0 AND coalesce(max_uses, used)",
          u"Invite %1: it was used %2 times, of %3."_s },
        { "SELECT id, role FROM invites WHERE role NOT IN ('moderator', 'member', 'guest')", u"Invite %1: nobody is let in as %2."_s },
        { "SELECT i.id, r.room FROM invites i JOIN rooms r ON r.id = i.room_id WHERE r.kind = 'direct'",
          u"Invite %1: %2 is a direct room."_s },
    };
    return all;
}

/// All columns at once: a user's name may have `%2` in it.
QString filledIn(const QString &sentence, const Statement &row)
{
    switch (sentence.count(u'%')) {
    case 1:
        return sentence.arg(row.text(0));
    case 2:
        return sentence.arg(row.text(0), row.text(1));
    case 3:
        return sentence.arg(row.text(0), row.text(1), row.text(2));
    default:
        return sentence.arg(row.text(0), row.text(1), row.text(2), row.text(3));
    }
}

void applyRules(Database &database, const std::vector<Rule> &rules, CheckReport &report)
{
    for (const Rule &rule : rules) {
        Statement rows(database, rule.sql);
        while (rows.next())
            report.add(filledIn(rule.sentence, rows));
    }
}

void checkStructure(Database &database, CheckReport &report)
{
    Statement rows(database, "PRAGMA integrity_check");
    while (rows.next()) {
        if (const QString verdict = rows.text(0); verdict != "ok"_L1)
            report.add(u"SQLite: %1."_s.arg(verdict.simplified()));
    }
}

void checkReferences(Database &database, CheckReport &report)
{
    std::map<std::pair<QString, QString>, int> broken;
    {
        Statement rows(database, "PRAGMA foreign_key_check");
        while (rows.next())
            ++broken[{ rows.text(0), rows.text(2) }];
    }
    for (const auto &[tables, count] : broken)
        report.add(u"%1: rows without their %2: %3."_s.arg(tables.first, tables.second).arg(count));
}

/// Where each room's log has its words, and who was removed, for the rules. A database that no server of this version has
/// opened yet may know of neither.
void defineViews(Database &database)
{
    const int version = schemaVersion(database);
    const QString firstSeq = version < RetentionVersion ? u"1"_s : u"first_seq"_s;
    const QString isRemoved = version < AccountsVersion ? u"0"_s : u"removed"_s;
    database.execute(u"PRAGMA temp_store = MEMORY"_s);
    database.execute(u"CREATE TEMP VIEW kept AS SELECT id AS room_id, %1 AS first_seq FROM rooms"_s.arg(firstSeq));
    database.execute(u"CREATE TEMP VIEW removed_users AS SELECT id, name FROM users WHERE %1"_s.arg(isRemoved));
}

void checkEverything(Database &database, CheckReport &report)
{
    checkStructure(database, report);
    checkReferences(database, report);
    eachWrongChecksum(database, [&report](qint64 room, qint64 seq) {
        report.add(u"Event %1 of room number %2: its checksum is wrong."_s.arg(seq).arg(room));
        return true;
    });
    applyRules(database, rulesOfWords(), report);
    applyRules(database, rules(), report);
    if (schemaVersion(database) >= InvitesVersion)
        applyRules(database, rulesOfInvites(), report);
}

} // namespace

void CheckReport::add(const QString &finding)
{
    if (findings.size() < MaxFindings)
        findings.append(finding);
    else
        ++moreFindings;
}

QStringList contradictions(Database &database)
{
    CheckReport report;
    defineViews(database);
    applyRules(database, rulesOfWords(), report);
    return report.findings;
}

StoreCounts countRows(Database &database)
{
    const auto count = [&database](const QString &from) {
        return database.value(u"SELECT count(*) FROM "_s + from).toLongLong();
    };
    return { count(u"rooms"_s), count(u"users"_s), count(u"events WHERE kind = 1 AND text IS NOT NULL"_s), count(u"events"_s) };
}

CheckReport checkDataDirectory(const QString &directory)
{
    CheckReport report;
    const Visit visit(directory);
    const QString path = visit.databasePath();
    if (!QFile::exists(path)) {
        report.add(u"The data directory %1 has no database."_s.arg(directory));
        return report;
    }
    if (const auto error = checkDatabaseHeader(path, static_cast<int>(migrations().size()))) {
        report.add(error->text);
        return report;
    }
    try {
        Database database(path, Database::Mode::ReadOnly, std::chrono::milliseconds(5'000));
        defineViews(database);
        database.execute(u"BEGIN"_s); // one snapshot, whatever is written meanwhile
        checkEverything(database, report);
        report.counts = countRows(database);
    } catch (const SqlFailure &failure) {
        report.add(u"SQLite: %1."_s.arg(failure.error().text));
    }
    return report;
}

} // namespace hearth
