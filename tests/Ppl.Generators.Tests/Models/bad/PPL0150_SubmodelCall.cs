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

public sealed partial class Code : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Code() => RegisterComponents();

    [Model]
    public Tensor Draw(Tensor mean)
    {
        var z = Sample(Normal(mean, 1));
        return net.call(z);
    }

    [Model]
    public Tensor Pair(Tensor mean)
    {
        var e = new Tensor[2];
        for (var i = 0; i < 2; i++) e[i] = Sample(Normal(mean, 1));
        return e[0] + e[1];
    }

    [Model]
    public void Alone(Tensor x)
    {
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(z, 1));
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly Code code = new();
    private Tensor kept = zeros(2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x);
        var other = new Code();
        var state = zeros(2);
        var inside = 2 * code.Draw(zeros(2));
//                       ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: it stands inside an expression, and its sites need a name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        var nested = code.Draw(code.Draw(zeros(2)));
//                             ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: it stands inside an expression, and its sites need a name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        code.Draw(zeros(2));
//      ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: it draws 'z', and nothing receives its result, which would give that a name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        _ = code.Draw(zeros(2));
//          ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: it draws 'z', and nothing receives its result, which would give that a name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        kept = code.Draw(zeros(2));
//             ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: its result goes to 'kept', which is no local of the model and gives its sites no name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        var local = other.Draw(zeros(2));
//                  ^^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: what it is called on is no field of the model, so that nobody would train its networks. Keep the submodel in a field or property of the model.
        var made = new Code().Draw(zeros(2));
//                 ^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: what it is called on is no field of the model, so that nobody would train its networks. Keep the submodel in a field or property of the model.
        code.Alone(y);
//      ^^^^^^^^^^^^^ PPL0150: The submodel 'Alone' cannot be called like this: it returns nothing, so that it is the model of its class and no part of another. Let it return what its callers need, such as a parameter of its distribution.
        var h = new Tensor[3];
        for (var i = 0; i < 3; i++)
        {
            state = code.Draw(state);
//                  ^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: each round of a loop has another 'z'. Let elements of an array receive them: 'var h = new Tensor[n];' before the loop, and 'h[i] = code.Draw(state);' in it.
            h[i] = code.Pair(state);
//                 ^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Pair' cannot be called like this: it has the elements of 'e' in a loop, and is called in another, so that these would need two indices. Write one of the loops out.
        }

        var z = Sample(Normal(code.Draw(zeros(2)), 1));
//                            ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: it stands inside an expression, and its sites need a name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        if (x.shape[0] > 2 && code.Draw(zeros(2)).shape[0] > 1) state = z.neg();
//          ^ PPL0017: 'x' is read above its 'Observe', where it has no value yet when the model simulates data. Move the 'Observe' above this statement, if what is computed here is not needed for it; else pass what is needed here as a second parameter that is never observed, a covariate.
//                            ^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: it stands inside an expression, and its sites need a name. Give it a local of its own: 'var a = code.Draw(zeros(2));'.
        while (x.shape[0] < 0) state = code.Draw(state);
//                                     ^^^^^^^^^^^^^^^^ PPL0031: 'Draw' stands in a 'while' loop, so that the number of its sites would not be known, and the sites of a guide are fixed. Use a 'for' loop over an array of draws, 'h[i] = Sample(...);', whose length is a constant, a field or a property.
        Observe(x, Normal(z, 1));
    }
}
