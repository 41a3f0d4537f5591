namespace FnMesh.Shim.Revisions;

/// <summary>The wait before a process is started again: 0.2 s, doubling to 10 s, and from the beginning after 30 s of life.</summary>
internal sealed class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongLife = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public TimeSpan Next(TimeSpan lived)
    {
        var wait = lived >= LongLife ? First : _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
