namespace Ppl.Generators.Ir;

/// <summary>The names of what is generated. Only the documented ones are reserved, and only among the members of the model's class.</summary>
internal static class GeneratedNames
{
    public const string CreateGuide = "CreateGuide";
    public const string Guide = "Guide";
    public const string Interventions = "Interventions";
    public const string Joint = "Joint";
    public const string Latents = "Latents";
    public const string LogJoint = "LogJoint";
    public const string Predict = "Predict";
    public const string Simulate = "Simulate";

    /// <summary>The documented members of a model's class.</summary>
    public static readonly IReadOnlyCollection<string> Members = [CreateGuide, Latents, Joint, Simulate, Predict, LogJoint, Guide, Interventions];

    /// <summary>Members that every class has.</summary>
    public static readonly IReadOnlyCollection<string> ObjectMembers =
    [
        "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
    ];

    /// <summary>Members of the generated guide that its base class does not have.</summary>
    public static readonly IReadOnlyCollection<string> GuideMembers = [Guide, "Posterior", "Reconstruct"];

    /// <summary>Names that C# allows no property of the generated records: what every record class has, and the records' own names.</summary>
    public static readonly IReadOnlyCollection<string> RecordMembers =
    [
        "Clone", "Deconstruct", "EqualityContract", "PrintMembers", Latents, Joint, Interventions, .. ObjectMembers,
    ];
}

/// <summary>
/// The members that are generated into the model's class besides its methods, each called so that it means nothing else in the class.
/// </summary>
internal sealed record MemberNames
{
    /// <summary>
    /// The guide's type. In a faulty model it makes way for a member of the user's; elsewhere the types have their documented names.
    /// </summary>
    public required string Guide { get; init; }

    public required string Latents { get; init; }

    public required string Joint { get; init; }

    public required string Interventions { get; init; }

    /// <summary>The class of the sites' descriptions.</summary>
    public required string Sites { get; init; }

    /// <summary>The class of the plates' descriptions.</summary>
    public required string Plates { get; init; }

    /// <summary>The method that carries the model's statements.</summary>
    public required string Run { get; init; }

    /// <summary>The method that puts the latents of a record into a list.</summary>
    public required string Flat { get; init; }

    /// <summary>The method that gives a draw its names.</summary>
    public required string Named { get; init; }

    /// <summary>Of a submodel the method that says which of its data are there; empty for a model, which has one of its contract's.</summary>
    public required string Mask { get; init; }

    /// <summary>The properties of the program's lengths.</summary>
    public required EquatableArray<string> LoopLengths { get; init; }

    /// <summary>Methods that are not generated into a faulty model, because the user's class has members of these names.</summary>
    public required EquatableArray<string> Omitted { get; init; }
}
