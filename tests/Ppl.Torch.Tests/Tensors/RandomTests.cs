namespace Ppl.Torch.Tests.Tensors;

public class RandomTests
{
    private static readonly Dictionary<string, Func<Generator, Tensor>> Draws = new()
    {
        ["rand"] = g => rand([5], float64, generator: g),
        ["randn"] = g => randn([5], generator: g),
        ["randint"] = g => randint(100, [5], generator: g),
        ["randperm"] = g => randperm(50, generator: g),
        ["normal"] = g => normal(1.0, 2.0, [5], generator: g),
        ["normal tensors"] = g => normal(zeros(5), ones(5), g),
        ["bernoulli"] = g => bernoulli(full(50, 0.4f), g),
        ["multinomial"] = g => multinomial(ones(20), 5, false, g),
        ["poisson"] = g => poisson(full(20, 3f), g),
        ["binomial"] = g => binomial(full(20, 30f), full(20, 0.3f), g),
        ["gamma"] = g => _standard_gamma(full(20, 2f), g),
        ["dirichlet"] = g => _sample_dirichlet(full(20, 2f), g),
        ["normal_"] = g => empty(5).normal_(0, 1, g),
        ["uniform_"] = g => empty(5).uniform_(-1, 1, g),
        ["bernoulli_"] = g => empty(50).bernoulli_(0.3, g),
        ["exponential_"] = g => empty(5).exponential_(2, g),
        ["cauchy_"] = g => empty(5).cauchy_(0, 1, g),
        ["log_normal_"] = g => empty(5).log_normal_(0, 1, g),
        ["geometric_"] = g => empty(5).geometric_(0.2, g),
        ["random_"] = g => empty(20).random_(0, 1000, g),
    };

    public static TheoryData<string> Names => new(Draws.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSameSeedGivesTheSameBits(string name)
    {
        using var scope = NewDisposeScope();
        using var first = new Generator(42);
        using var second = new Generator().manual_seed(42);
        using var other = new Generator(43);
        var draw = Draws[name];
        var (a, b) = (draw(first), draw(second));
        Assert.True(a.Equals(b));
        Assert.False(a.Equals(draw(first)));
        Assert.False(a.Equals(draw(other)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheGlobalSeedToo(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var a = Draws[name](null);
        manual_seed(5);
        Assert.True(a.Equals(Draws[name](null)));
    }

    [Fact]
    public void StatesAreKeptAndRestored()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        Assert.Equal(9, generator.initial_seed());
        randn([3], generator: generator);
        var state = generator.get_state();
        var a = randn([3], generator: generator);
        generator.set_state(state);
        Assert.True(a.Equals(randn([3], generator: generator)));
        var global = get_rng_state();
        var b = rand(3);
        set_rng_state(global);
        Assert.True(b.Equals(rand(3)));
    }

    [Fact]
    public void MomentsAreRight()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var z = randn(100_000, float64);
        Assert.Equal(0, z.mean().item<double>(), 0.02);
        Assert.Equal(1, z.std().item<double>(), 0.02);
        var g = _standard_gamma(full(100_000, 2.5, float64));
        Assert.Equal(2.5, g.mean().item<double>(), 0.03);
        Assert.Equal(2.5, g.var().item<double>(), 0.08);
    }
}
