using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Shapes;

/// <summary>Finds the first entry of a tensor that breaks a rule. Reads the tensor: for checks on request, not for the hot path.</summary>
public static class ValueCheck
{
    /// <summary>The first entry where <paramref name="ok"/> is false, or null.</summary>
    /// <param name="tensor">The checked tensor.</param>
    /// <param name="ok">Boolean, of the tensor's shape.</param>
    /// <param name="subject">The parameter's name, or <c>value</c>.</param>
    /// <param name="rule">The rule, for the message.</param>
    /// <param name="advice">What to do, for the message.</param>
    public static ValueFault? First(Tensor tensor, Tensor ok, string subject, string rule, string advice = "")
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(ok);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        if (ok.all().ToBoolean()) return null;

        var flat = ok.logical_not().reshape(-1).to(ScalarType.Int32).argmax().ToInt64();
        var value = tensor.detach().reshape(-1).narrow(0, flat, 1).cpu().to(ScalarType.Float64).ToDouble();
        var shape = tensor.shape;
        var index = new long[shape.Length];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            index[i] = flat % shape[i];
            flat /= shape[i];
        }

        return new(subject, rule, index, value, advice);
    }

    /// <summary>The first entry that is NaN or infinite, or null.</summary>
    /// <param name="parameter">The checked parameter.</param>
    /// <param name="subject">Its name.</param>
    /// <param name="rule">The rule, for the message.</param>
    /// <param name="advice">What to do, for the message.</param>
    public static ValueFault? Finite(TensorOrScalar parameter, string subject, string rule, string advice = "")
        => parameter.Tensor is { } whole && !is_floating_point(whole)
            ? null
            : Entries(parameter, double.IsFinite, t => t.isfinite(), subject, rule, advice);

    /// <summary>The first entry that is not a positive finite number, or null.</summary>
    /// <param name="parameter">The checked parameter.</param>
    /// <param name="subject">Its name.</param>
    /// <param name="rule">The rule, for the message.</param>
    /// <param name="advice">What to do, for the message.</param>
    public static ValueFault? Positive(TensorOrScalar parameter, string subject, string rule, string advice = "")
        => Entries(parameter, x => x > 0 && double.IsFinite(x), t => t.gt(0).logical_and(t.isfinite()), subject, rule, advice);

    /// <summary>The first entry that is negative or not finite, or null.</summary>
    /// <param name="parameter">The checked parameter.</param>
    /// <param name="subject">Its name.</param>
    /// <param name="rule">The rule, for the message.</param>
    /// <param name="advice">What to do, for the message.</param>
    public static ValueFault? NonNegative(TensorOrScalar parameter, string subject, string rule, string advice = "")
        => Entries(parameter, x => x >= 0 && double.IsFinite(x), t => t.ge(0).logical_and(t.isfinite()), subject, rule, advice);

    /// <summary>The first entry outside [low, high], NaN included, or null.</summary>
    /// <param name="parameter">The checked parameter.</param>
    /// <param name="low">The least allowed value.</param>
    /// <param name="high">The greatest allowed value.</param>
    /// <param name="subject">Its name.</param>
    /// <param name="rule">The rule, for the message.</param>
    /// <param name="advice">What to do, for the message.</param>
    public static ValueFault? Between(TensorOrScalar parameter, double low, double high, string subject, string rule, string advice = "")
        => Entries(parameter, x => x >= low && x <= high, t => t.ge(low).logical_and(t.le(high)), subject, rule, advice);

    /// <summary>The first entry for which a rule does not hold, or null.</summary>
    /// <param name="parameter">The checked parameter.</param>
    /// <param name="number">Whether the rule holds for a number.</param>
    /// <param name="entries">Where it holds in a tensor: boolean, of a shape that the tensor's broadcasts with.</param>
    /// <param name="subject">Its name.</param>
    /// <param name="rule">The rule, for the message.</param>
    /// <param name="advice">What to do, for the message.</param>
    public static ValueFault? Entries(
        TensorOrScalar parameter, Func<double, bool> number, Func<Tensor, Tensor> entries, string subject, string rule, string advice = "")
    {
        ArgumentNullException.ThrowIfNull(number);
        ArgumentNullException.ThrowIfNull(entries);
        if (parameter.IsScalar) return number(parameter.Scalar) ? null : new(subject, rule, [], parameter.Scalar, advice);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var tensor = parameter.Tensor.detach();
        var ok = entries(tensor);
        return First(ok.shape.AsSpan().SequenceEqual(tensor.shape) ? tensor : tensor.expand(ok.shape), ok, subject, rule, advice);
    }

    /// <summary>A subject in a sentence: a parameter by its name, the value with an article.</summary>
    /// <param name="subject">The parameter's name, or <c>value</c>.</param>
    internal static string WithArticle(string subject) => subject == "value" ? "a value" : subject;

    /// <summary>An integer or boolean tensor as a real one, with the dtype of <paramref name="like"/>; a real one as it is.</summary>
    /// <param name="value">The tensor.</param>
    /// <param name="like">Gives the dtype; the default one when null.</param>
    internal static Tensor AsReal(Tensor value, Tensor? like)
        => is_floating_point(value) ? value : value.to(like?.dtype ?? get_default_dtype());
}
