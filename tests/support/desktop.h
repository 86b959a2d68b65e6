#pragma once

#include "app/desktopprogram.h"
#include "ui/mainwindow.h"

#include <QStringList>

namespace hearth::test {

/// The desktop program in this process, as main() makes it, and what a person does and reads there.
class Desktop
{
public:
    /// As on the command line, without the program's name. Arguments that are refused end the test.
    explicit Desktop(const QStringList &arguments);

    [[nodiscard]] ChatPage *page() { return program.window()->chatPage(); }
    [[nodiscard]] StartPage *startPage() { return program.window()->startPage(); }
    [[nodiscard]] bool isOnline();
    /// A part of the start page; null where it has none of that name.
    template <typename Widget>
    [[nodiscard]] Widget *part(const QString &name)
    {
        return startPage()->findChild<Widget *>(name);
    }
    void pressJoin();
    /// Every sentence that can be seen, one a line.
    [[nodiscard]] QString said();

    // In the chat.
    [[nodiscard]] QStringList messages(); ///< of the lobby
    void type(const QString &text);
    void pressEnter();
    [[nodiscard]] QString typingLine();
    [[nodiscard]] QString banner();

    DesktopProgram program;

private:
    [[nodiscard]] QWidget *field();
};

} // namespace hearth::test
