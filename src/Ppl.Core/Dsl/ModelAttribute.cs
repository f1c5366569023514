namespace Ppl;

/// <summary>Marks the method of a <see cref="GenerativeModel"/> that the compiler reads as a generative model.</summary>
/// <remarks>
/// The method of a model returns nothing; its parameters are tensors, given with the data. A parameter that is passed to <c>Observe</c> is
/// observed; any other is a covariate. What is given to <c>Plate</c> has one row for each copy, and the guide sees it; any other parameter is
/// one tensor for all rows. The class must be <c>partial</c>: the compiler writes the rest of it.
/// <para>
/// A method that returns a tensor, or several in parentheses, is a submodel, a part of the models that call it: <c>var a = prior.Draw(c);</c>.
/// Its sites have the path of the variable that receives the result, <c>a.z</c>. A class may have several, beside one model.
/// </para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>The structure of the guide that the compiler writes.</summary>
    public GuideStructure Guide { get; set; } = GuideStructure.FaithfulInverse;
}
