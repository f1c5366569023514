using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    private Tensor Noise(Tensor like) => randn_like(like);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        manual_seed(1);
//      ^^^^^^^^^^^^^^ PPL0084: 'manual_seed' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
        var z = Sample(Normal(0, 1).Expand(2));
        var noise = randn(2) + z.bernoulli() + Normal(0, 1).Expand(2).Sample();
//                  ^^^^^^^^ PPL0084: 'randn' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
//                             ^^^^^^^^^^^^^ PPL0084: 'bernoulli' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
//                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0084: 'Sample' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
        var scale = new Random(1).NextDouble();
//                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0084: 'NextDouble' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
        Func<Tensor> more = () => Normal(zeros(2), ones(2)).RSample();
//                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0084: 'RSample' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
        Observe(x, Normal(net.call(z) + noise + more() + Noise(z) + Noisy.Add(z), scale));
//                                                       ^^^^^^^^ PPL0084: 'Noise' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
//                                                                  ^^^^^^^^^^^^ PPL0084: 'Add' draws or seeds random numbers that are no site of the model: no density counts them, no guide infers them, and each pass would see others. Draw them into a variable of their own by 'var e = Sample(...);'; set fixed ones in the constructor, and add noise of the data to the data.
    }
}

internal static class Noisy
{
    public static Tensor Add(Tensor to) => to + rand(2);
}
