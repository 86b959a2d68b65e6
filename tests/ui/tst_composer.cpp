#include "tests/support/testmain.h"
#include "ui/composer.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMimeData>
#include <QSignalSpy>
#include <QToolButton>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Composer : public test::Test
{
    Q_OBJECT

private slots:
    void init()
    {
        test::Test::init();
        m_composer = std::make_unique<Composer>();
        m_composer->resize(500, 100);
        m_composer->show();
    }
    void cleanup() { m_composer.reset(); }

    void enterSends()
    {
        QSignalSpy submitted(m_composer.get(), &Composer::submitted);
        QTest::keyClicks(m_composer->field(), u"hello"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QCOMPARE(submitted.count(), 1);
        QCOMPARE(submitted.first().first().toString(), u"hello"_s);
        QVERIFY(m_composer->text().isEmpty());
        QTest::keyClicks(m_composer->field(), u"from the keypad"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Enter, Qt::KeypadModifier);
        QCOMPARE(submitted.count(), 2);
    }
    void shiftEnterBreaksTheLine()
    {
        QSignalSpy submitted(m_composer.get(), &Composer::submitted);
        QTest::keyClicks(m_composer->field(), u"one"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(m_composer->field(), u"two"_s);
        QCOMPARE(submitted.count(), 0);
        QCOMPARE(m_composer->text(), u"one\ntwo"_s);
    }
    void whatIsWrittenStaysAsItIs()
    {
        const QString text = u"  a\u00a0b\t\n\n c  "_s;
        m_composer->setText(text);
        QCOMPARE(m_composer->text(), text);
        QSignalSpy submitted(m_composer.get(), &Composer::submitted);
        m_composer->submit();
        QCOMPARE(submitted.first().first().toString(), text);
    }
    void growsToEightLines()
    {
        const int one = m_composer->field()->height();
        m_composer->setText(u"1\n2\n3"_s);
        const int three = m_composer->field()->height();
        QVERIFY(three > 2 * one);
        m_composer->setText(QString(20, u'\n'));
        const int many = m_composer->field()->height();
        QVERIFY(many < 9 * one);
        QVERIFY(many > 7 * (one - 2));
        m_composer->setText({});
        QCOMPARE(m_composer->field()->height(), one);
    }
    void upEditsTheLastOnlyInAnEmptyField()
    {
        QSignalSpy wanted(m_composer.get(), &Composer::editLastRequested);
        QTest::keyClick(m_composer->field(), Qt::Key_Up);
        QCOMPARE(wanted.count(), 1);
        QTest::keyClicks(m_composer->field(), u"x"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Up);
        QCOMPARE(wanted.count(), 1);
    }
    void anEditKeepsWhatWasBeingWritten()
    {
        QSignalSpy edited(m_composer.get(), &Composer::editSubmitted);
        QSignalSpy drafts(m_composer.get(), &Composer::textEdited);
        m_composer->setText(u"half"_s);
        m_composer->beginEdit(Seq(7), u"helo"_s);
        QCOMPARE(m_composer->text(), u"helo"_s);
        QTest::keyClicks(m_composer->field(), u"!"_s);
        QCOMPARE(drafts.count(), 0); // an edit is no draft
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited.first().at(0).value<Seq>(), Seq(7));
        QCOMPARE(edited.first().at(1).toString(), u"helo!"_s);
        QCOMPARE(m_composer->text(), u"half"_s);
        m_composer->beginEdit(Seq(8), u"other"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Escape);
        QCOMPARE(m_composer->text(), u"half"_s);
    }
    void aReplyNamesItsMessage()
    {
        QSignalSpy submitted(m_composer.get(), &Composer::submitted);
        m_composer->beginReply(Seq(5), u"Bo"_s, u"what?"_s);
        QTest::keyClicks(m_composer->field(), u"this"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QCOMPARE(submitted.first().at(1).value<std::optional<Seq>>(), std::optional(Seq(5)));
        QTest::keyClicks(m_composer->field(), u"next"_s);
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QVERIFY(!submitted.last().at(1).value<std::optional<Seq>>());
    }
    void draftsAreTold()
    {
        QSignalSpy drafts(m_composer.get(), &Composer::textEdited);
        m_composer->setText(u"from before"_s); // says nothing
        QCOMPARE(drafts.count(), 0);
        QTest::keyClicks(m_composer->field(), u"!"_s);
        QCOMPARE(drafts.last().first().toString(), u"from before!"_s);
    }

    // ---- rainy ----

    void nothingIsNotSent_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("blanks") << u" \t "_s;
        QTest::newRow("lines") << u"\n\n"_s;
    }
    void nothingIsNotSent()
    {
        QFETCH(QString, text);
        QSignalSpy submitted(m_composer.get(), &Composer::submitted);
        m_composer->setText(text);
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QCOMPARE(submitted.count(), 0);
        QVERIFY(!m_composer->findChild<QToolButton *>(u"sendButton"_s)->isEnabled());
    }
    void tooLongIsSaidAndKept()
    {
        m_composer->setMaxLength(10);
        QSignalSpy submitted(m_composer.get(), &Composer::submitted);
        const QString text = u"😀"_s.repeated(11);
        m_composer->setText(text);
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QCOMPARE(submitted.count(), 0);
        QCOMPARE(m_composer->text(), text);
        m_composer->setText(u"😀"_s.repeated(10));
        QTest::keyClick(m_composer->field(), Qt::Key_Return);
        QCOMPARE(submitted.count(), 1);
    }
    void richTextIsPastedPlain()
    {
        QMimeData mime;
        mime.setHtml(u"<b>bold</b>"_s);
        mime.setText(u"bold"_s);
        QVERIFY(QMetaObject::invokeMethod(m_composer->field(), [&] {
            QApplication::clipboard()->setMimeData([&] {
                auto *copy = new QMimeData;
                copy->setHtml(mime.html());
                copy->setText(mime.text());
                return copy;
            }());
            m_composer->field()->paste();
        }));
        QCOMPARE(m_composer->text(), u"bold"_s);
        QVERIFY(!m_composer->field()->document()->toHtml().contains(u"font-weight:700"_s));
    }
    void goesWithTheFocusInItsField()
    {
        m_composer->activateWindow();
        m_composer->focusField();
        QTRY_VERIFY(m_composer->field()->hasFocus());
        QSignalSpy focus(m_composer->field(), &ComposerEdit::focusChanged);
        m_composer.reset(); // a sanitizer sees whether what is told then finds a composer
        QCOMPARE(focus.count(), 1);
        QCOMPARE(focus.first().first().toBool(), false);
    }

private:
    std::unique_ptr<Composer> m_composer;
};

HEARTH_GUI_TEST_MAIN(tst_Composer)
#include "tst_composer.moc"
