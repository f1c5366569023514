namespace Ppl.Distributions;

/// <summary>Gauss–Legendre quadrature on the unit interval: exact for polynomials of degree 2n − 1.</summary>
internal static class GaussLegendre
{
    /// <summary>The nodes in (0, 1) and their weights, which sum to 1.</summary>
    /// <param name="count">n: how many nodes.</param>
    public static (double Node, double Weight)[] Of(int count)
    {
        var rule = new (double, double)[count];
        for (var i = 0; i < count; i++)
        {
            // Newton's method from an asymptotic value of the polynomial's i-th root.
            var x = Math.Cos(Math.PI * (i + 0.75) / (count + 0.5));
            var slope = 1.0;
            for (var step = 0; step < 20; step++)
            {
                (var polynomial, slope) = Legendre(count, x);
                x -= polynomial / slope;
            }

            rule[i] = ((1 - x) / 2, 1 / ((1 - (x * x)) * slope * slope));
        }

        return rule;
    }

    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (before, value) = (1.0, x);
        for (var k = 2; k <= degree; k++) (before, value) = (value, ((((2 * k) - 1) * x * value) - ((k - 1) * before)) / k);
        return (value, degree * ((x * value) - before) / ((x * x) - 1));
    }
}
