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
    private readonly int length = 3;
    private readonly bool isDeep = true;

    [Model]
    private Tensor Plates(Tensor mean)
    {
        using var pixels = Plate(size: 3);
//                         ^^^^^^^^^^^^^^ PPL0151: A [Model] method that returns something is a submodel, part of the models that call it, and a plate of its own would be another one in each call. Open the plate where the submodel is called: sites stand in all plates that are entered there.
        var z = Sample(Normal(0, 1));
        return z;
    }

    [Model]
    private Tensor Early(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        if (isDeep) return z;
//                  ^^^^^^ PPL0151: A [Model] method that returns something is a submodel, part of the models that call it, and an early return would give them another result. Assign the result to a local in each branch, and return that at the end.
        return z.neg();
    }

    [Model]
    private Tensor Varying(Tensor mean)
    {
        var z = new Tensor[3];
        for (var t = 0; t < 3; t++)
        {
            if (isDeep && t > length) z[t] = Sample(Normal(mean, 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0151: A [Model] method that returns something is a submodel, part of the models that call it, and a branch that each round of a loop decides anew, by more than positions, is not known to them. Compare the loop's variable with constants and lengths alone, as 't == 0' does, or put the branch around a loop in each arm.
            else z[t] = Sample(Normal(z[t - 1], 1));
        }

        return z[2];
    }
}
