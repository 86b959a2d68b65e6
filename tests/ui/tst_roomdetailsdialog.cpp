#include "client/roomlistmodel.h"
#include "tests/support/scriptedserver.h"
#include "tests/support/testmain.h"
#include "ui/chatpage.h"
#include "ui/mainwindow.h"
#include "ui/roomdetailsdialog.h"
#include "ui/theme.h"
#include "ui/translations.h"

#include <QApplication>
#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const UserName Bo = *UserName::parse(u"Bo");

RoomDetails ops(std::optional<int> keepDays, int serverKeepDays, bool mayChange = true)
{
    return { u"Operations"_s, u"<b>What runs</b>"_s, RoomKind::Public, 6, Bo, keepDays, serverKeepDays, mayChange };
}

/// A dialog, and what there is in it.
struct Opened
{
    RoomDetailsDialog dialog;
    QSignalSpy chosen { &dialog, &RoomDetailsDialog::keepChosen };

    explicit Opened(const RoomDetails &details) : dialog(details, nullptr)
    {
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
    }
    [[nodiscard]] QComboBox *choice() { return dialog.findChild<QComboBox *>(u"keepChoice"_s); }
    [[nodiscard]] QPushButton *change() { return dialog.findChild<QPushButton *>(u"changeButton"_s); }
    [[nodiscard]] QString sentence() { return dialog.findChild<QLabel *>(u"keptSentence"_s)->text(); }
    [[nodiscard]] bool says(const QString &text)
    {
        const auto labels = dialog.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
    }
    [[nodiscard]] std::optional<int> lastChosen() { return chosen.takeLast().first().value<std::optional<int>>(); }
};

} // namespace

class tst_RoomDetailsDialog : public test::Test
{
    Q_OBJECT

private slots:
    void initTestCase() { installTranslations(*qApp); }
    void theChoiceIsDrawnAsOurFieldsAre()
    {
        Opened opened(ops({}, 0));
        opened.dialog.setStyleSheet(Theme::current().styleSheet());
        const QImage image = opened.choice()->grab().toImage();
        for (int y = 2; y < image.height() - 2; ++y)
            QCOMPARE(image.pixelColor(5, y), Theme::current().surface); // one colour, no gradient
    }

    void tellsWhatThereIsToKnow()
    {
        Opened opened(ops({}, 30));
        QCOMPARE(opened.sentence(), u"Messages are kept for 30 days."_s);
        for (const QString &text : { u"Operations"_s, u"<b>What runs</b>"_s, u"Public"_s, u"6"_s, u"Bo"_s })
            QVERIFY2(opened.says(text), qPrintable(text));
        QCOMPARE(opened.choice()->currentText(), u"As the server does (30 days)"_s);
        QVERIFY(!opened.choice()->accessibleName().isEmpty());
        QVERIFY(!opened.change()->isEnabled());
    }

    void tellsHowLong_data()
    {
        QTest::addColumn<std::optional<int>>("own");
        QTest::addColumn<int>("servers");
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QString>("choice");
        using Days = std::optional<int>;
        QTest::newRow("as the server, for good") << Days() << 0 << u"Messages are kept for good."_s << u"As the server does (for good)"_s;
        QTest::newRow("as the server, a day") << Days() << 1 << u"Messages are kept for 1 day."_s << u"As the server does (1 day)"_s;
        QTest::newRow("for good") << Days(0) << 30 << u"Messages are kept for good."_s << u"For good"_s;
        QTest::newRow("a week") << Days(7) << 30 << u"Messages are kept for 7 days."_s << u"7 days"_s;
        QTest::newRow("what nobody offers") << Days(45) << 0 << u"Messages are kept for 45 days."_s << u"45 days"_s;
    }
    void tellsHowLong()
    {
        QFETCH(std::optional<int>, own);
        QFETCH(int, servers);
        QFETCH(QString, sentence);
        QFETCH(QString, choice);
        Opened opened(ops(own, servers));
        QCOMPARE(opened.sentence(), sentence);
        QCOMPARE(opened.choice()->currentText(), choice);
        QVERIFY(!opened.change()->isEnabled());
    }

    void choosingIsTold()
    {
        Opened opened(ops({}, 30));
        opened.choice()->setCurrentIndex(opened.choice()->findText(u"7 days"_s));
        QVERIFY(opened.says(u"What is older than 7 days is removed for everyone"_s));
        opened.change()->click();
        QCOMPARE(opened.lastChosen(), std::optional(7));
        QVERIFY(!opened.change()->isEnabled()); // until there is an answer
        opened.dialog.setDetails(ops(7, 30));
        QCOMPARE(opened.sentence(), u"Messages are kept for 7 days."_s);
        opened.choice()->setCurrentIndex(opened.choice()->findText(u"For good"_s));
        QVERIFY(!opened.says(u"removed"_s));
        opened.change()->click();
        QCOMPARE(opened.lastChosen(), std::optional(0));
        opened.dialog.setDetails(ops(0, 30));
        opened.choice()->setCurrentIndex(0);
        opened.change()->click();
        QCOMPARE(opened.lastChosen(), std::optional<int>());
    }

    void aChoiceThatIsBeingMadeStays()
    {
        Opened opened(ops({}, 30));
        opened.choice()->setCurrentIndex(opened.choice()->findText(u"7 days"_s));
        RoomDetails more = ops({}, 30);
        more.memberCount = 7;
        opened.dialog.setDetails(more);
        QCOMPARE(opened.choice()->currentText(), u"7 days"_s);
        opened.dialog.setDetails(ops(90, 30)); // somebody else was faster
        QCOMPARE(opened.choice()->currentText(), u"90 days"_s);
    }

    void opensByKeyAndSendsTheChoice()
    {
        QTemporaryDir directory;
        QSettings settings(directory.filePath(u"window.ini"_s), QSettings::IniFormat);
        test::ScriptedServer server;
        QVERIFY(server.listen());
        server.role = u"owner"_s;
        server.rooms = { QJsonObject { { u"room"_s, u"lobby"_s }, { u"name"_s, u"Lobby"_s }, { u"topic"_s, u""_s }, { u"kind"_s, u"public"_s } } };
        MainWindow window(settings);
        window.resize(1'000, 600);
        window.show();
        Session session({ server.url(), *UserName::parse(u"anna"), {}, directory.filePath(u"client"_s) });
        window.setSession(&session, u"ship.lan"_s);
        session.open();
        QTRY_VERIFY(window.chatPage() != nullptr && session.status().state == ConnectionStatus::State::Online);
        window.activateWindow();
        QTest::keyClick(window.chatPage(), Qt::Key_I, Qt::ControlModifier);
        auto *dialog = window.findChild<RoomDetailsDialog *>();
        QVERIFY(dialog);
        auto *choice = dialog->findChild<QComboBox *>(u"keepChoice"_s);
        auto *change = dialog->findChild<QPushButton *>(u"changeButton"_s);
        choice->setCurrentIndex(choice->findText(u"30 days"_s));
        change->click();
        QTRY_COMPARE(server.heard(u"set_keep"_s).size(), 1);
        QCOMPARE(server.heard(u"set_keep"_s).first()["keep_days"_L1].toInt(), 30);
        server.send({ { u"type"_s, u"keep"_s }, { u"room"_s, u"lobby"_s }, { u"keep_days"_s, 30 } });
        QTRY_COMPARE(dialog->findChild<QLabel *>(u"keptSentence"_s)->text(), u"Messages are kept for 30 days."_s);
        window.showStart();
    }

    // ---- rainy ----

    void othersOnlyRead()
    {
        Opened opened(ops(30, 0, false));
        QCOMPARE(opened.sentence(), u"Messages are kept for 30 days."_s);
        QVERIFY(!opened.choice()->isVisible());
        QVERIFY(!opened.change()->isVisible());
    }

    void aRefusalIsToldAndCanBeTriedAgain()
    {
        Opened opened(ops({}, 0));
        opened.choice()->setCurrentIndex(opened.choice()->findText(u"7 days"_s));
        opened.change()->click();
        opened.dialog.setProblem(u"The server did not answer. Try again."_s);
        QVERIFY(opened.says(u"did not answer"_s));
        QVERIFY(opened.change()->isEnabled());
        opened.change()->click();
        QVERIFY(!opened.says(u"did not answer"_s));
        QCOMPARE(opened.chosen.size(), 2);
    }
};

HEARTH_GUI_TEST_MAIN(tst_RoomDetailsDialog)
#include "tst_roomdetailsdialog.moc"
