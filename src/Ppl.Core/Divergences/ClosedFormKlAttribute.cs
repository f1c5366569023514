namespace Ppl.Divergences;

/// <summary>
/// Marks a public static method <c>Tensor Kl(Q q, P p)</c> as the closed form of KL(q || p) for its parameter types. The compiler looks for it
/// in <see cref="Divergence"/>, in the classes of the two families and in the model's class.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClosedFormKlAttribute : Attribute;
