namespace Ppl.Inference;

/// <summary>
/// Turns the first Ctrl-C into a request that the loop reads after its step. A second one ends the process as usual. The handler is
/// removed when the fit ends.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationToken token;
    private volatile bool pressed;

    public Interruption(CancellationToken token)
    {
        this.token = token;
        Console.CancelKeyPress += OnKey;
    }

    public bool Requested => pressed || token.IsCancellationRequested;

    public void Dispose() => Console.CancelKeyPress -= OnKey;

    private void OnKey(object? sender, ConsoleCancelEventArgs e)
    {
        if (pressed) return;
        pressed = true;
        e.Cancel = true;
    }
}
