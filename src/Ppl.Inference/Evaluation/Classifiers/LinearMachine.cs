namespace Ppl.Inference;

/// <summary>Linear support vector machines of one number: one for each class against all others, or one for two classes.</summary>
/// <remarks>
/// Each minimizes ½(w² + b²) + Σ_i C_i max(0, 1 − y_i (w x_i + b))², with C_i = 0.01 times the balanced weight N/(V N_c) of the class, and 0.01
/// for all others: what LIBLINEAR (Fan et al. 2008, JMLR 9) minimizes for balanced classes, whose objective the reference implementation of
/// SAP takes.
/// </remarks>
internal sealed class LinearMachine
{
    private const double Cost = 0.01;
    private readonly (double W, double B)[] machines;

    private LinearMachine((double W, double B)[] machines) => this.machines = machines;

    /// <summary>Fits the machines.</summary>
    /// <param name="x">A number for each row.</param>
    /// <param name="classes">A class for each row.</param>
    /// <param name="count">V, the number of classes, of which some may not occur.</param>
    public static LinearMachine Fit(double[] x, int[] classes, int count)
    {
        var sizes = new int[count];
        foreach (var one in classes) sizes[one]++;
        var present = sizes.Count(size => size > 0);
        double Balanced(int c) => sizes[c] == 0 ? 0 : Cost * classes.Length / ((double)present * sizes[c]);
        if (count == 2) return new([Minimize(x, classes, 1, Balanced(1), Balanced(0))]);
        return new([.. Enumerable.Range(0, count).Select(c =>
            sizes[c] == 0 ? (0, double.NegativeInfinity) : Minimize(x, classes, c, Balanced(c), Cost))]);
    }

    /// <summary>w and b of each.</summary>
    public IReadOnlyList<(double W, double B)> Machines => machines;

    /// <summary>The part of the rows whose class is found.</summary>
    /// <param name="x">A number for each row.</param>
    /// <param name="classes">A class for each row.</param>
    public double Accuracy(double[] x, int[] classes) => x.Zip(classes, (one, c) => Predict(one) == c ? 1.0 : 0).Average();

    /// <summary>The class of a number.</summary>
    public int Predict(double x)
    {
        if (machines.Length == 1) return Decision(0) > 0 ? 1 : 0;
        return Enumerable.Range(0, machines.Length).MaxBy(Decision);

        double Decision(int machine) => (machines[machine].W * x) + machines[machine].B;
    }

    /// <summary>Newton's method for a function that is quadratic between the margins, with halved steps.</summary>
    private static (double W, double B) Minimize(double[] x, int[] classes, int positive, double costPositive, double costNegative)
    {
        var (w, b) = (0.0, 0.0);
        for (var step = 0; step < 100; step++)
        {
            var at = Slopes(w, b);
            if (Math.Max(Math.Abs(at.GradientW), Math.Abs(at.GradientB)) < 1e-10 * (1 + at.Loss)) break;
            var determinant = (at.WW * at.BB) - (at.WB * at.WB);
            var dw = ((at.BB * at.GradientW) - (at.WB * at.GradientB)) / determinant;
            var db = ((at.WW * at.GradientB) - (at.WB * at.GradientW)) / determinant;
            var length = 1.0;
            while (length > 1e-10 && Slopes(w - (length * dw), b - (length * db)).Loss > at.Loss) length /= 2;
            (w, b) = (w - (length * dw), b - (length * db));
        }

        return (w, b);

        (double Loss, double GradientW, double GradientB, double WW, double WB, double BB) Slopes(double w, double b)
        {
            var (loss, gw, gb, ww, wb, bb) = (0.5 * ((w * w) + (b * b)), w, b, 1.0, 0.0, 1.0);
            for (var i = 0; i < x.Length; i++)
            {
                var (y, cost) = classes[i] == positive ? (1.0, costPositive) : (-1.0, costNegative);
                var lack = 1 - (y * ((w * x[i]) + b));
                if (lack <= 0) continue;
                loss += cost * lack * lack;
                gw -= 2 * cost * lack * y * x[i];
                gb -= 2 * cost * lack * y;
                ww += 2 * cost * x[i] * x[i];
                wb += 2 * cost * x[i];
                bb += 2 * cost;
            }

            return (loss, gw, gb, ww, wb, bb);
        }
    }
}
