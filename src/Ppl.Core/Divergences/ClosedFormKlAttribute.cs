namespace Ppl.Divergences;

/// <summary>
/// Marks a public static method <c>Tensor Kl(Q q, P p)</c> as the closed form of KL(q || p) for the families of its parameter types. The
/// compiler and <see cref="KlRegistry"/> look for it in <see cref="Divergence"/>, in the classes of the two families, and in the model's
/// class and its bases. Anything else with this attribute is an error (PPL0091).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClosedFormKlAttribute : Attribute;
