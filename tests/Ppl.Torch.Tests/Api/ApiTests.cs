using Ppl.TorchApi;

namespace Ppl.Torch.Tests.Api;

/// <summary>What Ppl.Torch shows is TorchSharp's, and the check that says so sees what callers see.</summary>
public sealed class ApiTests
{
    private static readonly string List = Path.Combine(AppContext.BaseDirectory, "torch-api.list");

    [Fact]
    public void Everything_that_the_provider_shows_is_TorchSharps() => Assert.Empty(new Surface(typeof(torch).Assembly).Missing(ClaimList.Read(List)));

    [Fact]
    public void The_list_is_of_the_whole_of_TorchSharp_and_of_nothing_else()
    {
        var lists = ClaimList.Read(List);
        var claims = new Surface(typeof(torch).Assembly).Claims().ToList();
        Assert.InRange(claims.Count(lists), 6000, claims.Count);
        Assert.DoesNotContain(claims, claim => lists(claim + "x"));
    }

    [Fact]
    public void Without_a_list_the_check_fails()
    {
        var absent = Path.Combine(AppContext.BaseDirectory, "absent.list");
        Assert.Contains("absent.list", Assert.Throws<InvalidDataException>(() => ClaimList.Read(absent)).Message, StringComparison.Ordinal);
        Assert.NotEqual(0, Check(absent));
        var empty = Path.GetTempFileName();
        try
        {
            Assert.Throws<InvalidDataException>(() => ClaimList.Read(empty));
            Assert.NotEqual(0, Check(empty));
        }
        finally
        {
            File.Delete(empty);
        }
    }

    [Fact]
    public void The_same_types_have_the_same_claims() => Assert.Empty(Missing(typeof(Theirs.Base), typeof(Theirs.Strict), typeof(Theirs.Same)));

    [Fact]
    public void An_inherited_member_with_a_default_that_theirs_has_not_is_seen() => Assert.Equal(
        ["Ours.Strict inherits Ours.Base: System.Int32 Named(System.Boolean recurse = true)"],
        Missing(typeof(Ours.Base), typeof(Ours.Strict)));

    [Fact]
    public void An_override_that_changes_nothing_may_be_left_out() => Assert.Empty(Missing(typeof(Ours.Base), typeof(Ours.Same)));

    [Theory]
    [InlineData(typeof(Ours.Longer), "Ours.Longer: System.Void More()")]
    [InlineData(typeof(Ours.OtherName), "Ours.OtherName: System.Int32 Twice(System.Int32 y)")]
    [InlineData(typeof(Ours.OtherDefault), "Ours.OtherDefault: System.Int32 Scale(System.Double by = 2)")]
    [InlineData(typeof(Ours.OtherTuple), "Ours.OtherTuple: (System.Int32 Values, System.Int32 Indices) Both()")]
    [InlineData(typeof(Ours.Settable), "Ours.Settable: System.Void set_Size(System.Int32 value)")]
    [InlineData(typeof(Ours.Unknown), "class Ours.Unknown")]
    [InlineData(typeof(Ours.Open), "Ours.Open can be derived from")]
    public void A_difference_that_a_caller_could_see_is_named(Type ours, string difference) => Assert.Equal([difference], Missing(typeof(Ours.Base), ours));

    private static int Check(string list) => (int)typeof(Surface).Assembly.EntryPoint!.Invoke(null, [new[] { "check", typeof(torch).Assembly.Location, list }]);

    private static IEnumerable<string> Missing(params Type[] ours)
    {
        var prefix = typeof(ApiTests).Namespace + ".";
        var claims = new Surface(typeof(Theirs).GetNestedTypes()).Claims().Select(claim => claim.Replace(prefix + "Theirs.", prefix + "Ours.", StringComparison.Ordinal)).ToHashSet();
        if (ours[0].DeclaringType == typeof(Theirs)) claims = [.. new Surface(typeof(Theirs).GetNestedTypes()).Claims()];
        return new Surface(ours).Missing(claims.Contains).Distinct().Select(claim => claim.Replace(prefix, "", StringComparison.Ordinal));
    }
}
