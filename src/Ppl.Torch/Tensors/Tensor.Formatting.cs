using System.Globalization;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// How <see cref="Tensor.ToString(TensorStringStyle, string, int?, CultureInfo, string)"/> writes where the caller says Default.
    /// </summary>
    public static TensorStringStyle TensorStringStyle
    {
        get => TensorPrinter.Style;
        set => TensorPrinter.Style = value == TensorStringStyle.Default ? TensorStringStyle.Julia : value;
    }

    public static readonly TensorStringStyle julia = TensorStringStyle.Julia;
    public static readonly TensorStringStyle numpy = TensorStringStyle.Numpy;
    public static readonly TensorStringStyle csharp = TensorStringStyle.CSharp;

    public static void set_printoptions(
        TensorStringStyle? style = null, string floatFormat = null, int? linewidth = null, string newLine = null, int? maxRows = null,
        int? maxColumns = null)
    {
        if (style.HasValue) TensorStringStyle = style.Value;
        if (floatFormat is not null) TensorPrinter.FloatFormat = floatFormat;
        if (linewidth.HasValue) TensorPrinter.Width = linewidth.Value;
        if (newLine is not null) TensorPrinter.NewLine = newLine;
        if (maxRows.HasValue) TensorPrinter.MaxRows = maxRows.Value;
        if (maxColumns.HasValue) TensorPrinter.MaxColumns = maxColumns.Value;
    }

    public static void set_printoptions(
        int precision, int? linewidth = null, string newLine = null, bool sci_mode = false, int? maxRows = null, int? maxColumns = null) =>
        set_printoptions(
            null, (sci_mode ? "e" : "f") + precision.ToString(CultureInfo.InvariantCulture), linewidth, newLine, maxRows, maxColumns);

    public partial class Tensor
    {
        public override string ToString() => TensorPrinter.Metadata(this);

        public string ToString(
            bool disamb, string fltFormat = null, int? width = null, CultureInfo cultureInfo = null, string newLine = null) =>
            disamb ? ToString(TensorStringStyle.Default, fltFormat, width, cultureInfo, newLine) : ToString();

        public string ToString(
            TensorStringStyle style, string fltFormat = null, int? width = null, CultureInfo cultureInfo = null, string newLine = null) =>
            new TensorPrinter(style, fltFormat, width, cultureInfo, newLine).Print(this);
    }
}
