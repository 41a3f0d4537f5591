namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>How long a test waits for what must come; only a broken mesh takes that long.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits, and tells what was waited for when it does not come.</summary>
    public static async Task<T> ForAsync<T>(Task<T> awaited, Func<string> what, TimeSpan? limit = null)
    {
        try
        {
            return await awaited.WaitAsync(limit ?? Limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not within {(limit ?? Limit).TotalSeconds} s: {what()}");
        }
    }
}
