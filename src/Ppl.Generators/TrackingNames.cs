namespace Ppl.Generators;

/// <summary>Names of the pipeline's steps, for tests of caching.</summary>
internal static class TrackingNames
{
    public const string Parse = nameof(Parse);
    public const string Spec = nameof(Spec);
    public const string Analyze = nameof(Analyze);
    public const string Emit = nameof(Emit);
}
