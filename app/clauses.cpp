#include "app/clauses.h"

#include "protocol/wirenames.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

std::optional<qint64> secondsOf(const QString &text)
{
    const QString units = u"smhd"_s;
    const qint64 lengths[] { 1, 60, 3'600, 86'400 };
    const auto unit = text.isEmpty() ? -1 : units.indexOf(text.back());
    bool isNumber = false;
    const qint64 number = text.chopped(1).toLongLong(&isNumber);
    if (unit < 0 || !isNumber || number < 1 || number > limits::MaxRestrictionSeconds / lengths[unit])
        return std::nullopt;
    return number * lengths[unit];
}

void takeTime(Clauses &clauses, const QString &text)
{
    clauses.forSeconds = secondsOf(text);
    if (!clauses.forSeconds)
        clauses.problem = u"A length of time like 45s, 30m, 2h or 7d is expected, at most ten years."_s;
}

void takeRoom(Clauses &clauses, const QString &text)
{
    clauses.room = roomFrom(text);
    if (!clauses.room)
        clauses.problem = u"That is no room."_s;
}

void takeRole(Clauses &clauses, const QString &text)
{
    clauses.role = fromWire<Role>(text);
    if (!clauses.role || clauses.role == Role::Owner)
        clauses.problem = u"moderator, member or guest is expected behind \"as\"."_s;
}

void takeUses(Clauses &clauses, const QString &text)
{
    bool isNumber = false;
    clauses.uses = text.toInt(&isNumber);
    if (!isNumber || *clauses.uses < 1 || *clauses.uses > limits::MaxInviteUses)
        clauses.problem = u"A number from 1 to %1 is expected behind \"uses\"."_s.arg(limits::MaxInviteUses);
}

/// The rest of the line.
void takeText(Clauses &clauses, const QString &what, QStringList &words)
{
    clauses.reason = words.join(u' ').simplified();
    words.clear();
    if (clauses.reason.size() > limits::MaxReasonLength)
        clauses.problem = u"A %1 has at most %2 characters."_s.arg(what).arg(limits::MaxReasonLength);
}

void takeClause(Clauses &clauses, const QStringList &known, QStringList &words)
{
    const QString word = words.takeFirst();
    const bool isRepeated = clauses.taken.contains(word);
    clauses.taken.append(word);
    if (isRepeated)
        clauses.problem = u"\"%1\" is there twice."_s.arg(word);
    else if (!known.contains(word))
        clauses.problem = u"There is no use for \"%1\"."_s.arg(word);
    else if (words.isEmpty())
        clauses.problem = u"Something is missing behind \"%1\"."_s.arg(word);
    else if (word == "because"_L1)
        takeText(clauses, u"reason"_s, words);
    else if (word == "note"_L1)
        takeText(clauses, u"note"_s, words);
    else if (word == "for"_L1)
        takeTime(clauses, words.takeFirst());
    else if (word == "as"_L1)
        takeRole(clauses, words.takeFirst());
    else if (word == "uses"_L1)
        takeUses(clauses, words.takeFirst());
    else
        takeRoom(clauses, words.takeFirst());
}

} // namespace

std::optional<RoomId> roomFrom(const QString &text)
{
    const auto room = RoomId::parse(text.startsWith(u'#') ? text.sliced(1) : text);
    return room ? std::optional(*room) : std::nullopt;
}

void takeClauses(Clauses &clauses, const QStringList &known, QStringList &words)
{
    while (clauses.problem.isEmpty() && !words.isEmpty())
        takeClause(clauses, known, words);
}

} // namespace hearth
