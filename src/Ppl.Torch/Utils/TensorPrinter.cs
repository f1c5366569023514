using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>Writes tensors as text: with their shape and values in columns (Julia), as nested brackets (NumPy) or braces (C#).</summary>
internal sealed class TensorPrinter
{
    internal static string FloatFormat = "g5";
    internal static int Width = 100;
    internal static string NewLine = Environment.NewLine;
    internal static int MaxRows = 6;
    internal static int MaxColumns = 6;

    private readonly TensorStringStyle style;
    private readonly string format;
    private readonly CultureInfo culture;
    private readonly string newLine;
    private readonly int columns;

    internal TensorPrinter(TensorStringStyle style, string format, int? width, CultureInfo culture, string newLine)
    {
        this.style = style == TensorStringStyle.Default ? Style : style;
        this.format = format ?? FloatFormat;
        this.culture = culture ?? CultureInfo.CurrentCulture;
        this.newLine = newLine ?? NewLine;
        // A number takes about ten characters: fewer columns on a narrow line.
        columns = Math.Max(2, Math.Min(MaxColumns, (width ?? Width) / 10));
    }

    internal static TensorStringStyle Style { get; set; } = TensorStringStyle.Julia;

    /// <summary>[2x3], type = Float32, device = cpu</summary>
    internal static string Metadata(Tensor tensor)
    {
        if (tensor.IsInvalid) return "disposed tensor";
        var text = $"[{string.Join("x", tensor.shape)}], type = {tensor.dtype}, device = {tensor.device}";
        return tensor.dim() == 0 && !tensor.is_meta ? text + $", value = {Text(tensor, "g5", CultureInfo.InvariantCulture)}" : text;
    }

    internal string Print(Tensor tensor)
    {
        if (tensor.IsInvalid || tensor.is_meta || style == TensorStringStyle.Metadata) return Metadata(tensor);
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            var dense = tensor.is_sparse ? tensor.to_dense() : tensor;
            var values = dense.cpu();
            var output = new StringBuilder();
            if (style == TensorStringStyle.Julia) Julia(values, output);
            else Nested(values, output, 0, style == TensorStringStyle.CSharp);
            return output.ToString();
        }
    }

    private static string Text(Tensor element, string format, CultureInfo culture)
    {
        var value = element.ToScalar();
        return element.dtype switch
        {
            ScalarType.Bool => value.ToBoolean() ? "true" : "false",
            ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => value.ToComplexFloat64().ToString(format, culture),
            _ when element.is_floating_point() => value.ToDouble().ToString(format, culture),
            _ => value.ToInt64().ToString(culture),
        };
    }

    // The first and last places shown along a dimension; -1 stands for the dots between them.
    private static IEnumerable<long> Shown(long size, int most)
    {
        for (var i = 0L; i < size; i++)
        {
            if (size <= most || i < most / 2 || i >= size - ((most + 1) / 2)) yield return i;
            else if (i == most / 2) yield return -1;
        }
    }

    private void Julia(Tensor values, StringBuilder output)
    {
        output.Append(Metadata(values));
        if (values.dim() == 0) return;
        if (values.dim() == 1)
        {
            output.Append(newLine).Append(' ').AppendJoin(' ', Row(values));
            return;
        }
        if (values.dim() == 2)
        {
            Table(values, output);
            return;
        }
        foreach (var i in Shown(values.shape[0], MaxRows))
        {
            output.Append(newLine);
            if (i < 0) output.Append("...");
            else output.Append('[').Append(i.ToString(culture)).Append(", ..] = ")
                .Append(new TensorPrinter(style, format, null, culture, newLine).Print(values[i]));
        }
    }

    private void Table(Tensor values, StringBuilder output)
    {
        var rows = Shown(values.shape[0], MaxRows).Select(i => i < 0 ? ["..."] : Row(values[i])).ToList();
        var width = rows.SelectMany(r => r).Select(x => x.Length).DefaultIfEmpty(0).Max();
        foreach (var row in rows) output.Append(newLine).Append(' ').AppendJoin(' ', row.Select(x => x.PadLeft(width)));
    }

    private string[] Row(Tensor values) =>
        Shown(values.shape[0], columns).Select(i => i < 0 ? "..." : Text(values[i], format, culture)).ToArray();

    private void Nested(Tensor values, StringBuilder output, int depth, bool braces)
    {
        if (values.dim() == 0)
        {
            output.Append(Text(values, format, culture));
            return;
        }
        output.Append(braces ? '{' : '[');
        var first = true;
        foreach (var i in Shown(values.shape[0], values.dim() == 1 ? columns : MaxRows))
        {
            if (!first) output.Append(braces ? ", " : values.dim() == 1 ? " " : newLine + new string(' ', depth + 1));
            first = false;
            if (i < 0) output.Append("...");
            else Nested(values[i], output, depth + 1, braces);
        }
        output.Append(braces ? '}' : ']');
    }
}
