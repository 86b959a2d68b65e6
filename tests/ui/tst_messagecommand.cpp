#include "client/timeline.h"
#include "client/timelinemodel.h"
#include "tests/support/testmain.h"
#include "ui/messagecommand.h"
#include "ui/timelinerows.h"

#include <QApplication>
#include <QKeyEvent>
#include <QSignalSpy>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Anna = *UserName::parse(u"Anna");
const UserName Bo = *UserName::parse(u"B&o");

enum class What { Theirs, Mine, TheirsDeleted, MineDeleted, Pending, Failed };

/// A timeline with one row of each kind, in the order of `What`.
class Rows
{
public:
    Rows() : model(Anna)
    {
        model.timeline().merge({ message(1, Bo, false), message(2, Anna, false), message(3, Bo, true), message(4, Anna, true) });
        model.timeline().addPending({ *ClientId::parse(u"p"), RoomId::lobby(), u"x"_s, {}, QDateTime::currentDateTimeUtc(), {} });
        model.timeline().addPending({ *ClientId::parse(u"f"), RoomId::lobby(), u"x"_s, {}, QDateTime::currentDateTimeUtc(), ErrorCode::Forbidden });
    }
    [[nodiscard]] QModelIndex of(What what) const { return model.index(static_cast<int>(what)); }

    TimelineModel model;

private:
    static MessageSnapshot message(qint64 seq, const UserName &user, bool isDeleted)
    {
        MessageSnapshot snapshot;
        snapshot.seq = Seq(seq);
        snapshot.user = user;
        snapshot.content = isDeleted ? QString() : u"x"_s;
        snapshot.isDeleted = isDeleted;
        snapshot.timestamp = QDateTime(QDate(2026, 11, 24), QTime(8, 0), Qt::UTC);
        return snapshot;
    }
};

} // namespace

Q_DECLARE_METATYPE(What)

class tst_MessageCommand : public test::Test
{
    Q_OBJECT

private slots:
    void eachMessageHasItsCommands_data()
    {
        using enum MessageCommand;
        QTest::addColumn<What>("what");
        QTest::addColumn<QList<MessageCommand>>("commands");
        QTest::newRow("theirs") << What::Theirs << QList { React, Reply, Copy, WriteToAuthor };
        QTest::newRow("mine") << What::Mine << QList { React, Reply, Copy, Edit, Delete };
        QTest::newRow("theirs, deleted") << What::TheirsDeleted << QList { WriteToAuthor };
        QTest::newRow("mine, deleted") << What::MineDeleted << QList<MessageCommand> {};
        QTest::newRow("pending") << What::Pending << QList { Copy, Discard };
        QTest::newRow("failed") << What::Failed << QList { Retry, Copy, Discard };
    }
    void eachMessageHasItsCommands()
    {
        QFETCH(What, what);
        QFETCH(QList<MessageCommand>, commands);
        Rows rows;
        QCOMPARE(commandsFor(rows.of(what)), commands);
        QCOMPARE(MessageMenu(rows.of(what), nullptr).isEmpty(), commands.isEmpty());
    }

    /// Who looks after the room deletes what others said; edits it they cannot.
    void othersMessagesAreDeletedByThoseInCharge()
    {
        using enum MessageCommand;
        Rows rows;
        TimelineRows shown;
        shown.setSourceModel(&rows.model);
        const auto commands = [&](What what) { return commandsFor(shown.index(static_cast<int>(what), 0)); };
        QCOMPARE(commands(What::Theirs), (QList { React, Reply, Copy, WriteToAuthor }));
        shown.setMayDeleteOthers(true);
        QCOMPARE(commands(What::Theirs), (QList { React, Reply, Copy, Delete, WriteToAuthor }));
        QCOMPARE(commands(What::Mine), (QList { React, Reply, Copy, Edit, Delete }));
        QCOMPARE(commands(What::TheirsDeleted), QList { WriteToAuthor });
        QCOMPARE(commands(What::Pending), (QList { Copy, Discard }));
    }

    void keysMeanCommands_data()
    {
        using enum MessageCommand;
        QTest::addColumn<What>("what");
        QTest::addColumn<int>("key");
        QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
        QTest::addColumn<std::optional<MessageCommand>>("command");
        const auto row = [](const char *name, What what, int key, Qt::KeyboardModifiers modifiers, std::optional<MessageCommand> command) {
            QTest::newRow(name) << what << key << modifiers << command;
        };
        row("R", What::Theirs, Qt::Key_R, Qt::NoModifier, Reply);
        row("R on a failed one", What::Failed, Qt::Key_R, Qt::NoModifier, Retry);
        row("+", What::Theirs, Qt::Key_Plus, Qt::NoModifier, React);
        row("+ with Shift, as many keyboards have it", What::Theirs, Qt::Key_Plus, Qt::ShiftModifier, React);
        row("+ of the keypad", What::Theirs, Qt::Key_Plus, Qt::KeypadModifier, React);
        row("Delete", What::Mine, Qt::Key_Delete, Qt::NoModifier, Delete);
        row("Delete of the keypad", What::Mine, Qt::Key_Delete, Qt::KeypadModifier, Delete);
        row("Delete on a pending one", What::Pending, Qt::Key_Delete, Qt::NoModifier, Discard);
        row("Delete on a failed one", What::Failed, Qt::Key_Delete, Qt::NoModifier, Discard);
        row("E", What::Mine, Qt::Key_E, Qt::NoModifier, Edit);
        row("Ctrl+C", What::Theirs, Qt::Key_C, Qt::ControlModifier, Copy);
        row("Ctrl+Insert", What::Theirs, Qt::Key_Insert, Qt::ControlModifier, Copy);
        // rainy
        row("R on a pending one", What::Pending, Qt::Key_R, Qt::NoModifier, {});
        row("a capital R is text", What::Theirs, Qt::Key_R, Qt::ShiftModifier, {});
        row("Ctrl with +", What::Theirs, Qt::Key_Plus, Qt::ControlModifier, {});
        row("Delete on another's", What::Theirs, Qt::Key_Delete, Qt::NoModifier, {});
        row("E on another's", What::Theirs, Qt::Key_E, Qt::NoModifier, {});
        row("R on a deleted one", What::TheirsDeleted, Qt::Key_R, Qt::NoModifier, {});
    }
    void keysMeanCommands()
    {
        QFETCH(What, what);
        QFETCH(int, key);
        QFETCH(Qt::KeyboardModifiers, modifiers);
        QFETCH(std::optional<MessageCommand>, command);
        Rows rows;
        const QKeyEvent event(QEvent::KeyPress, key, modifiers);
        QVERIFY(commandFor(event, rows.of(what)) == command);
        QVERIFY(!commandFor(event, QModelIndex()));

        // The menu shows these keys, and knows them.
        auto *menu = new MessageMenu(rows.of(what), nullptr);
        QSignalSpy chosen(menu, &MessageMenu::chosen);
        QTest::keyClick(menu, static_cast<Qt::Key>(key), modifiers);
        QCOMPARE(chosen.count(), command ? 1 : 0);
        if (command)
            QCOMPARE(chosen.first().first().value<MessageCommand>(), *command);
        delete menu;
    }

    void anAmpersandInANameIsNoKey()
    {
        Rows rows;
        const MessageMenu menu(rows.of(What::Theirs), nullptr);
        QCOMPARE(menu.actions().last()->text(), u"Message B&&o"_s);
    }
};

HEARTH_GUI_TEST_MAIN(tst_MessageCommand)
#include "tst_messagecommand.moc"
