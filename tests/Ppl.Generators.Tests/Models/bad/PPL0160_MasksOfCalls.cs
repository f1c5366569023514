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

public sealed partial class Visits : GenerativeModel
{
    private readonly int first = 1;

    [Model]
    public Tensor One(Tensor x, Tensor h, Tensor present)
    {
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(h, 1), where: present[.., t]);
        return h;
    }

    [Model]
    public Tensor Two(Tensor x, Tensor h, Tensor present)
    {
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(h, 1), where: present[.., t]);
        return h;
    }

    [Model]
    public Tensor Three(Tensor x, Tensor h, Tensor present)
    {
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(h, 1), where: present[.., t]);
        return h;
    }

    [Model]
    public Tensor Late(Tensor x, Tensor h, Tensor a)
    {
        for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(h, 1), where: a.gt(first)[.., t]);
        return h;
    }

    [Model]
    public Tensor Whole(Tensor x, Tensor h, Tensor present)
    {
        Observe(x, Normal(h, 1), where: present.gt(first));
        return h;
    }

    [Model]
    public Tensor Known(Tensor x, Tensor h, Tensor present)
    {
        Observe(x, Normal(h, 1), where: present);
        return h;
    }
}

public sealed partial class Example : GenerativeModel
{
    private readonly bool wide = true;
    private readonly int first = 0;
    private readonly Visits visits = new(), others = new();

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor v, Tensor u, Tensor a, Tensor present)
    {
        using var data = Plate(x, y, v, u, a, present);
        var z = Sample(Normal(0, 1).Expand(2));
        if (wide)
        {
            for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(z, 0.1), where: a[.., t]);
            for (var t = 0; t < 3; t++) Observe(y[.., t], Normal(z, 0.1), where: present[.., t]);
            visits.Late(v, z, a);
            visits.Whole(u, z, a);
        }
        else
        {
            visits.One(x, z, present);
//          ^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0160: 'x' is observed in several arms of a branch: one has 'where: a[.., t]', another has 'where: present[.., t]'. Encoders are told which data are there before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that decides as the branch does.
            visits.Two(y, z, a);
//          ^^^^^^^^^^^^^^^^^^^ PPL0160: 'y' is observed in several arms of a branch: one has 'where: present[.., t]', another has 'where: a[.., t]'. Encoders are told which data are there before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that decides as the branch does.
            for (var t = 0; t < 3; t++) Observe(v[.., t], Normal(z, 0.1), where: a.gt(first)[.., t]);
//                                              ^^^^^^^^ PPL0160: 'v' is observed in several arms of a branch: one has 'where: a.gt(visits.first)[.., t]', another has 'where: a.gt(first)[.., t]'. Encoders are told which data are there before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that decides as the branch does.
            others.Whole(u, z, a);
//          ^^^^^^^^^^^^^^^^^^^^^ PPL0160: 'u' is observed in several arms of a branch: one has 'where: a.gt(visits.first)', another has 'where: a.gt(others.first)'. Encoders are told which data are there before a run takes an arm. Give every arm the same 'where:', an expression over the method's parameters and members of the class that decides as the branch does.
        }
    }
}

public sealed partial class Same : GenerativeModel
{
    private readonly bool wide = true;
    private readonly Visits visits = new(), others = new();

    public Same() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y, Tensor v, Tensor u, Tensor a, Tensor present)
    {
        using var data = Plate(x, y, v, u, a, present);
        var z = Sample(Normal(0, 1).Expand(2));
        if (wide)
        {
            for (var t = 0; t < 3; t++) Observe(x[.., t], Normal(z, 0.1), where: a[.., t]);
            visits.Two(y, z, a.eq(0));
            Observe(v[.., 0], Normal(z, 0.1), where: present[.., 0]);
            Observe(v[.., 1], Normal(z, 0.1), where: present[.., 1]);
            Observe(v[.., 2], Normal(z, 0.1), where: present[.., 2]);
            visits.Known(u, z, a);
        }
        else
        {
            visits.One(x, z, a);
            for (var t = 2; t >= 0; t--) Observe(y[.., t], Normal(z, 1), where: a.eq(0)[.., t]);
            visits.Three(v, z, present);
            others.Known(u, z, a);
        }
    }
}
