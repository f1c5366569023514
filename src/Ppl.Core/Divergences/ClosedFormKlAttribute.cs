namespace Ppl.Divergences;

/// <summary>
/// Marks a public static method <c>Tensor Kl(Q q, P p)</c> as the closed form of KL(q || p) for its parameter types. The compiler finds it by
/// them, in any assembly that the model's project sees.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClosedFormKlAttribute : Attribute;
