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
    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor f, Tensor rating, Tensor user)
    {
        var users = Plate(f);
        var u = Sample(Normal(0, 1), within: users);
        Observe(f, Normal(u, 1), within: users);
        using var data = Plate(rating, user);
        Observe(rating, Normal(u[user], 1));
//              ^^^^^^ PPL0028: 'rating' is computed from, or observes, values that have a row for each of plate 'users', and stands outside it. Training sees a few rows at a time, so that it would mean something else in each batch. Move it into the plate; what is one for all rows is a parameter of the model that is given to no plate, and data that are whole in every batch belong to a plate by number, 'Plate(size: n, x)'.
    }
}
