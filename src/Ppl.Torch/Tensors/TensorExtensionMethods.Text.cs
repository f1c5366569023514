using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    public static string str(
        this Tensor tensor, string fltFormat = null, int? width = null, string newLine = null, CultureInfo cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default) => tensor.ToString(style, fltFormat, width, cultureInfo, newLine);

    public static string jlstr(
        this Tensor tensor, string fltFormat = null, int? width = null, string newLine = null, CultureInfo cultureInfo = null) =>
        tensor.ToString(TensorStringStyle.Julia, fltFormat, width, cultureInfo, newLine);

    public static string npstr(
        this Tensor tensor, string fltFormat = "g5", int? width = 100, string newLine = null, CultureInfo cultureInfo = null) =>
        tensor.ToString(TensorStringStyle.Numpy, fltFormat, width, cultureInfo, newLine);

    public static string cstr(
        this Tensor tensor, string fltFormat = "g5", int? width = 100, string newLine = null, CultureInfo cultureInfo = null) =>
        tensor.ToString(TensorStringStyle.CSharp, fltFormat, width, cultureInfo, newLine);

    public static string metastr(this Tensor tensor) => tensor.ToString(TensorStringStyle.Metadata);

    public static Tensor print(
        this Tensor t, string fltFormat = "g5", int? width = 100, string newLine = null, CultureInfo cultureInfo = null,
        TensorStringStyle style = TensorStringStyle.Default)
    {
        Console.WriteLine(t.str(fltFormat, width, newLine, cultureInfo, style));
        return t;
    }
}
