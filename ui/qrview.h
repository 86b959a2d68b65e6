#pragma once

#include "ui/qrcode.h"

#include <QWidget>

namespace hearth {

/// A QR code on the screen: each module as many whole pixels as there is room for, so that none is blurred, on a white
/// card in dark themes too. Large enough to be read across a table; a screen reader is told the text instead.
class QrView : public QWidget
{
    Q_OBJECT

public:
    static constexpr int SmallestSide = 240; ///< of the code with its quiet zone, in device-independent pixels

    explicit QrView(QWidget *parent = nullptr);

    /// False where no code has room for it: then nothing is drawn.
    bool setText(const QString &text);
    [[nodiscard]] const QrCode &code() const { return m_code; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QrCode m_code;
};

} // namespace hearth
