using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

public class GenericSequentialTests
{
    private sealed class Pair(params (string, Module)[] modules) : Sequential<Tensor, Tensor, Tensor>(modules)
    {
        public override Tensor forward(Tensor input1, Tensor input2)
        {
            using var joined = ((Bilinear)this[0]).call(input1, input2);
            return ((Module<Tensor, Tensor>)this[1]).call(joined);
        }
    }

    [Fact]
    public void Sequences_of_other_modules_are_called_as_their_class_says()
    {
        using var pair = new Pair(("both", Bilinear(2, 3, 4)), ("act", ReLU()));
        pair.append(Linear(1, 1));
        Assert.Equal(["both.weight", "both.bias", "2.weight", "2.bias"], pair.named_parameters().Select(p => p.name));
        using var result = pair.call(torch.ones(5, 2), torch.ones(5, 3));
        Assert.Equal([5, 4], result.shape);
        Assert.Throws<NotImplementedException>(() => pair[1..]);
    }
}
