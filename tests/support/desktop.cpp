#include "tests/support/desktop.h"

#include "client/timelinemodel.h"
#include "ui/banner.h"
#include "ui/chatpage.h"
#include "ui/composer.h"

#include <QLabel>
#include <QPushButton>
#include <QTest>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

DesktopOptions options(const QStringList &arguments)
{
    const auto parsed = parseDesktopOptions(QStringList { u"hearth"_s } + arguments);
    if (!parsed)
        qFatal("%s", qPrintable(parsed.error()));
    return *parsed;
}

} // namespace

Desktop::Desktop(const QStringList &arguments) : program(options(arguments)) { program.start(); }

bool Desktop::isOnline()
{
    return page() != nullptr && program.session() != nullptr && program.session()->status().state == ConnectionStatus::State::Online;
}

void Desktop::pressJoin() { QTest::mouseClick(part<QPushButton>(u"joinButton"_s), Qt::LeftButton); }

QString Desktop::said()
{
    QStringList sentences;
    for (const QLabel *label : program.window()->findChildren<QLabel *>()) {
        if (label->isVisible())
            sentences.append(label->text());
    }
    return sentences.join(u'\n');
}

QStringList Desktop::messages()
{
    QStringList texts;
    const TimelineModel *timeline = program.session()->timeline(RoomId::lobby());
    for (int row = 0; row < timeline->rowCount(); ++row)
        texts.append(timeline->index(row).data(TimelineModel::ContentRole).toString());
    return texts;
}

void Desktop::type(const QString &text) { QTest::keyClicks(field(), text); }

void Desktop::pressEnter() { QTest::keyClick(field(), Qt::Key_Return); }

QString Desktop::typingLine() { return page()->findChild<QLabel *>(u"typingLine"_s)->text(); }

QString Desktop::banner() { return page()->findChild<Banner *>()->text(); }

QWidget *Desktop::field() { return page()->findChild<Composer *>()->field(); }

} // namespace hearth::test
