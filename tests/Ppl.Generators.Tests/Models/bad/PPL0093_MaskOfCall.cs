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

public sealed partial class Part : GenerativeModel
{
    [Model]
    public Tensor Weigh(Tensor x, Tensor h, Tensor present)
    {
        Observe(x, Normal(h, 1), where: present);
        return h;
    }

    [Model]
    public Tensor Draw(Tensor? told, Tensor known)
    {
        var z = Sample(Normal(0, 1), observed: told, where: known);
        return z;
    }

    [Model]
    public Tensor Whole(Tensor? told)
    {
        var z = Sample(Normal(0, 1), observed: told);
        return z;
    }

    [Model]
    public Tensor Slices(Tensor x, Tensor h)
    {
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(h, 1));
        return h;
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly bool isDeep;
    private readonly Part part = new();

    public Example(bool isDeep)
    {
        this.isDeep = isDeep;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor y2, Tensor told, Tensor all, Tensor known, Tensor loose, Tensor v, Tensor w, Tensor u)
    {
        using var data = Plate(x, y, y2, told, all, known, v, w, u);
        var z = Sample(Normal(0, 1));
        part.Weigh(x, z, z > 0);
//                       ^ PPL0093: The mask of 'x' reads 'z', a latent. It says which data there are, to the guide too, which knows nothing but data: compute it inside 'where:' from parameters of the method.
        part.Weigh(y, z, loose);
//                       ^^^^^ PPL0094: 'loose' is the mask of 'y' inside plate 'data' and is not given to it, so that it is not known to have a row for each copy. Write 'Plate(x, y, y2, told, all, known, v, w, u, loose)'; one that is the same for all of the plate needs a dimension of 1 there, as in 'where: loose.unsqueeze(0)'.
        if (isDeep) part.Weigh(y2, z, known);
        else part.Weigh(y2, z, known.eq(0));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0160: 'y2' is observed in several arms of a branch: one has 'where: known', another has 'where: known.eq(0)'. Encoders are told which data are there before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that decides as the branch does.
        var h = new Tensor[3];
        for (var i = 0; i < 3; i++) h[i] = part.Draw(told, known);
//                                         ^^^^^^^^^^^^^^^^^^^^^^ PPL0150: The submodel 'Draw' cannot be called like this: 'z' is partly observed, and as an element of an array has no parameter of its own that could hold what is known of it. Call it once for each element, in statements of their own.
        var a = part.Whole(all);
//                         ^^^ PPL0095: 'a.z' cannot be partly observed like this. All of 'all' is known. Say by 'where:' which rows are, or declare it 'Tensor?', so that it may be null; if it is always known, write 'Observe(all, ...)'.
        part.Slices(v.neg(), z);
//                  ^^^^^^^ PPL0015: 'v.neg()' is not a parameter of the model: the simulator has to draw what is observed, and cannot undo a computation. Pass the data to the model as they are to be observed, or observe the parameter itself under the distribution of the untransformed data.
        for (var i = 0; i < 3; i++) part.Weigh(u[.., i], z, told);
//                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0155: 'y2' is drawn under 'if (isDeep)', and '#27' by the same statement, so that a run that reaches one of them does not show which. Call the submodel once, and let the branch choose its arguments, or give one of the calls a submodel of its own.
//                                             ^^^^^^^^ PPL0150: The submodel 'Weigh' cannot be called like this: it observes 'u[.., i]', a slice of 'u', and what a submodel observes is a parameter of its caller as a whole. Give it all of 'u', and let a loop of its own observe the slices; or let it return what the distribution needs, and observe the slice here.
//                                                          ^^^^ PPL0096: 'told' holds what is known of 'h[i].z', so that nothing else may read it. Read 'h[i].z', which has these values where they are known; else pass what is needed here as a second parameter that is never observed, a covariate.
        part.Slices(w, z);
        Observe(w[.., 3], Normal(a, 1));
    }
}
