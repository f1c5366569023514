using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Adam's step for one parameter: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − lr · m̂ / (√v̂ + ε),
/// where m̂ and v̂ are m and v divided by 1 − βᵗ. The weight decay is added to g, or (decoupled) shrinks p itself.
/// </summary>
internal readonly record struct AdamRule(
    double Rate, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Maximize, bool Decoupled)
{
    public void Step(Parameter parameter, Tensor gradient, Tensor mean, Tensor square, Tensor largestSquare, long step)
    {
        if (largestSquare is null && StepInOnePass(parameter, gradient, mean, square, step)) return;

        using var scope = NewDisposeScope();
        var down = Maximize ? gradient.neg() : gradient;
        if (WeightDecay != 0)
        {
            if (Decoupled) parameter.mul_(1 - (Rate * WeightDecay));
            else down = down.add(parameter, alpha: WeightDecay);
        }

        mean.mul_(Beta1).add_(down, alpha: 1 - Beta1);
        square.mul_(Beta2).addcmul_(down, down, 1 - Beta2);
        largestSquare?.copy_(largestSquare.maximum(square));
        var spread = (largestSquare ?? square).sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, step))).add_(Epsilon);
        parameter.addcdiv_(mean, spread, -Rate / (1 - Math.Pow(Beta1, step)));
    }

    private unsafe bool StepInOnePass(Parameter parameter, Tensor gradient, Tensor mean, Tensor square, long step)
    {
        var numbers = new AdamNumbers
        {
            Sign = Maximize ? -1 : 1,
            Penalty = Decoupled ? 0 : WeightDecay,
            Decay = Decoupled ? 1 - (Rate * WeightDecay) : 1,
            Beta1 = Beta1,
            Beta2 = Beta2,
            Root = 1 / Math.Sqrt(1 - Math.Pow(Beta2, step)),
            Epsilon = Epsilon,
            Rate = Rate / (1 - Math.Pow(Beta1, step)),
        };
        var done = Native.ppl_adam_step(parameter.Handle, gradient.Handle, mean.Handle, square.Handle, &numbers);
        GC.KeepAlive(parameter);
        GC.KeepAlive(gradient);
        GC.KeepAlive(mean);
        GC.KeepAlive(square);
        if (done < 0) Fault.Throw();

        return done == 1;
    }
}
