using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What a family says of one of its parameters, once: checks, messages, folding of particles and the docs follow from it.</summary>
/// <param name="Name">The name, as users write it: <c>scale</c>.</param>
/// <param name="Constraint">Where it lies. Its <see cref="Constraint.EventRank"/> says how many of the parameter's trailing dimensions are not rows
/// or elements: 1 for a vector, 2 for a matrix.</param>
/// <param name="Default">What it is when it is not given; null where it must be.</param>
/// <param name="Advice">What to do about a finite bad entry, for the message; empty where there is nothing to add.</param>
public sealed record ParameterDeclaration(string Name, Constraint Constraint, double? Default = null, string Advice = "")
{
    /// <summary>How many of the parameter's trailing dimensions are not rows or elements.</summary>
    public int EventRank => Constraint.EventRank;

    /// <summary>
    /// Whether a tensor of integers stays one. Elsewhere it becomes one of real numbers: what is computed of counts or bounds is real.
    /// </summary>
    public bool KeepsIntegers { get; init; }

    /// <summary>The parameter with a value.</summary>
    /// <param name="value">The value; the default when null.</param>
    /// <exception cref="PplArgumentException">It is null and there is no default.</exception>
    public Parameter Of(TensorOrScalar? value) => new(this, value ?? Default ?? throw new PplArgumentException($"{Name} must be given."));

    /// <summary>The name and where it lies.</summary>
    public override string ToString() => $"{Name}: {Constraint}";
}

/// <summary>A parameter of a distribution: what its family says of it, and its value.</summary>
/// <param name="Declaration">What the family says of it.</param>
/// <param name="Value">The value: a tensor, or a number that stays a number.</param>
public readonly record struct Parameter(ParameterDeclaration Declaration, TensorOrScalar Value)
{
    /// <summary>The value's shape without the parameter's own trailing dimensions; empty for a number.</summary>
    /// <exception cref="PplShapeException">The value has fewer dimensions than its declaration says.</exception>
    internal long[] BatchShape
    {
        get
        {
            var shape = Value.Shape;
            return Value.IsScalar ? shape : shape[..^Math.Min(Declaration.EventRank, shape.Length)];
        }
    }

    internal bool IsToBeReal => Value.Tensor is { } tensor && !Declaration.KeepsIntegers && !is_floating_point(tensor);

    /// <summary>The same parameter with another value.</summary>
    /// <param name="value">The value.</param>
    public Parameter With(TensorOrScalar value) => new(Declaration, value);
}
