using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

public sealed class InitTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public InitTests() => torch.random.manual_seed(3);

    public void Dispose() => scope.Dispose();

    private static void AssertUniform(Tensor tensor, double bound)
    {
        Assert.InRange(tensor.abs().max().item<float>(), 0.98 * bound, bound);
        Assert.Equal(bound / Math.Sqrt(3), tensor.std().item<float>(), 0.02 * bound);
    }

    [Fact]
    public void Modules_start_as_in_PyTorch()
    {
        using var linear = Linear(100, 200);
        AssertUniform(linear.weight, 0.1);
        AssertUniform(linear.bias, 0.1);
        using var conv = Conv2d(10, 40, 5);
        AssertUniform(conv.weight, 1 / Math.Sqrt(250));
        using var gru = GRU(40, 64);
        AssertUniform(gru.get_parameter("weight_hh_l0"), 1 / 8.0);
        using var table = Embedding(100, 50, padding_idx: -1);
        Assert.Equal(1, table.weight.std().item<float>(), 0.05);
        Assert.Equal(0, table.weight[99].abs().sum().item<float>());
        using var norm = BatchNorm1d(4);
        Assert.Equal(4, norm.weight.sum().item<float>());
        Assert.Equal(0, norm.bias.abs().sum().item<float>());
    }

    [Fact]
    public void Fillings_have_their_scales()
    {
        var t = torch.empty(300, 200);
        AssertUniform(init.xavier_uniform_(t, 2), 2 * Math.Sqrt(6 / 500.0));
        AssertUniform(init.kaiming_uniform_(t, 0, init.FanInOut.FanOut, init.NonlinearityType.ReLU), Math.Sqrt(6 / 300.0));
        Assert.Equal(Math.Sqrt(2 / 500.0), init.xavier_normal_(t).std().item<float>(), 0.001);
        Assert.Equal(Math.Sqrt(2 / 200.0), init.kaiming_normal_(t).std().item<float>(), 0.002);
        var cut = init.trunc_normal_(t, 1, 2, 0, 1.5);
        Assert.InRange(cut.min().item<float>(), 0, 0.01);
        Assert.InRange(cut.max().item<float>(), 1.49, 1.5);
        Assert.Equal(0.4 * 300 * 200, init.sparse_(t, 0.4).eq(0).sum().item<long>());
    }

    [Fact]
    public void Structured_fillings_have_their_structure()
    {
        var tall = init.orthogonal_(torch.empty(5, 3, dtype: ScalarType.Float64), 2);
        Assert.True(tall.t().mm(tall).allclose(torch.eye(3, dtype: ScalarType.Float64) * 4));
        var wide = init.orthogonal_(torch.empty(2, 3, 2, dtype: ScalarType.Float64)).reshape(2, 6);
        Assert.True(wide.mm(wide.t()).allclose(torch.eye(2, dtype: ScalarType.Float64)));
        Assert.True(init.eye_(torch.empty(2, 3)).allclose(torch.eye(2, 3)));
        using var conv = Conv1d(3, 3, 3, padding: 1, bias: false);
        init.dirac_(conv.weight);
        var x = torch.randn(2, 3, 6);
        Assert.True(conv.call(x).allclose(x));
        Assert.Throws<ArgumentException>(() => init.xavier_uniform_(torch.empty(3)));
    }

    [Fact]
    public void Fillings_can_use_a_generator()
    {
        using var generator = new torch.Generator(9);
        var a = init.normal_(torch.empty(4), generator: generator);
        using var again = new torch.Generator(9);
        Assert.True(a.allclose(init.normal_(torch.empty(4), generator: again)));
    }

    [Fact]
    public void Gradients_are_clipped_together()
    {
        var (a, b) = (Parameter(torch.zeros(2)), Parameter(torch.zeros(1)));
        (a.grad, b.grad) = (torch.tensor(new[] { 3f, 0f }), torch.tensor(new[] { -4f }));
        Assert.Equal(5, torch.nn.utils.clip_grad_norm_([a, b], 10), 1e-6);
        Assert.Equal(5, torch.nn.utils.clip_grad_norm_([a, b], 1), 1e-6);
        Assert.Equal(0.6, a.grad[0].item<float>(), 1e-5);
        Assert.Equal(0.8, torch.nn.utils.clip_grad_norm_([a, b], 1, double.PositiveInfinity), 1e-5);
        torch.nn.utils.clip_grad_value_([a, b], 0.7);
        Assert.Equal(-0.7, b.grad[0].item<float>(), 1e-6);
        torch.nn.utils.vector_to_parameters(torch.tensor(new[] { 1f, 2f, 3f }), [a, b]);
        Assert.Equal([1f, 2f, 3f], torch.nn.utils.parameters_to_vector([a, b]).detach().data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => torch.nn.utils.vector_to_parameters(torch.zeros(4), [a, b]));
    }

    /// <summary>Sizes around the lanes of the one pass, both number types, a gradient that is missing, and one that is no plain memory.</summary>
    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    public void The_norm_of_all_gradients_is_that_of_one_vector(torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(5);
        long[][] shapes = [[1], [31], [32], [33], [7, 65], [40_000]];
        var parameters = shapes.Select(shape => Parameter(torch.zeros(shape, dtype: type))).ToList();
        Assert.Equal(0, torch.nn.utils.clip_grad_norm_(parameters, 1));
        foreach (var parameter in parameters.Skip(1)) parameter.grad = torch.randn(parameter.shape, dtype: type);
        parameters[4].grad = torch.randn(65, 7, dtype: type).t();
        AssertNorm(parameters);
        parameters[4].grad = torch.randn(7, 1, dtype: type).expand(7, 65);
        AssertNorm(parameters);

        foreach (var value in (double[])[double.NaN, double.PositiveInfinity])
        {
            foreach (var parameter in parameters) parameter.grad = torch.zeros(parameter.shape, dtype: type);
            parameters[5].grad[39_999] = value;
            Assert.Equal(value, torch.nn.utils.clip_grad_norm_(parameters, double.PositiveInfinity));
        }
    }

    [Fact]
    public void Gradients_without_a_finite_norm_are_not_left_as_they_were()
    {
        var (a, b) = (Parameter(torch.zeros(2)), Parameter(torch.zeros(1)));
        (a.grad, b.grad) = (torch.tensor(new[] { 3f, float.NaN }), torch.tensor(new[] { -4f }));
        Assert.Equal(double.NaN, torch.nn.utils.clip_grad_norm_([a, b], 10));
        Assert.True(b.grad.isnan().all().item<bool>());
    }

    private static void AssertNorm(List<TorchSharp.Modules.Parameter> parameters)
    {
        var whole = torch.cat([.. parameters.Where(p => p.grad is not null).Select(p => p.grad.reshape(-1))], 0).to(torch.ScalarType.Float64);
        Assert.Equal(whole.norm().item<double>(), torch.nn.utils.clip_grad_norm_(parameters, double.PositiveInfinity), 1e-4);
    }
}
