namespace Ppl.Generators.Ir;

/// <summary>What a submodel returns.</summary>
/// <param name="Type">The declared type, as the user wrote it.</param>
/// <param name="Variable">The variable without a name that holds it.</param>
/// <param name="Shares">The variables that it may be, or be a view of.</param>
internal sealed record ResultSpec(string Type, int Variable, EquatableArray<int> Shares);

/// <summary>An argument of a call.</summary>
/// <param name="Name">The parameter's name with a colon, where the call names it; else empty.</param>
/// <param name="Text">The value.</param>
/// <param name="IsObserved">Whether the submodel observes it, so that a simulation gives it a value.</param>
internal sealed record ArgumentSpec(string Name, TextSpec Text, bool IsObserved);

/// <summary>The call of a submodel, as it is emitted.</summary>
/// <param name="Name">What its sites are found by: the receiving variable, or the method's name where nothing receives a result.</param>
/// <param name="Method">Class and method, for comments: <c>Prior.Draw</c>.</param>
/// <param name="SitesType">The generated type of its sites, marked.</param>
/// <param name="Run">The generated method.</param>
/// <param name="Receiver">What it is called on, with the dot: <c>prior.</c>; empty for the model itself.</param>
/// <param name="Arguments">Its arguments, in the order of the call.</param>
/// <param name="Index">Which element of an array receives the result; null without one.</param>
internal sealed record CallSpec(
    string Name, string Method, string SitesType, string Run, string Receiver, EquatableArray<ArgumentSpec> Arguments, IndexSpec? Index);

/// <summary>
/// A call of a submodel: <c>var a = prior.Draw(c)</c>. Its body is the submodel's own, with sites, variables and branches numbered as the program's,
/// so that all of analysis sees through it as if it were written in place. Emission calls what is generated for the submodel.
/// </summary>
/// <param name="Anchor">The place of the arguments.</param>
/// <param name="Call">What is emitted.</param>
/// <param name="Target">The left side: <c>var a</c>, <c>a</c>, <c>a[i]</c>; null where nothing receives a result.</param>
/// <param name="Body">The submodel's statements, between those that give its parameters and its result their values.</param>
internal sealed record CallStatement(int Anchor, CallSpec Call, TextSpec? Target, EquatableArray<StatementSpec> Body) : StatementSpec(Anchor)
{
    /// <summary>
    /// The sites, recorded values and calls of a body outside the calls in it, in the order of the text. The submodel's own file and
    /// its callers' agree on this order.
    /// </summary>
    public static IEnumerable<StatementSpec> PartsOf(EquatableArray<StatementSpec> body) => body.SelectMany(statement => statement switch
    {
        SiteStatement or CallStatement or DeterministicStatement => [statement],
        BlockStatement block => PartsOf(block.Body),
        LoopStatement loop => PartsOf(loop.Body),
        BranchStatement branch => branch.Arms.SelectMany(a => PartsOf(a.Body)),
        _ => [],
    });
}
