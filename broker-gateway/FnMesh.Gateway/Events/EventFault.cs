using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Events;

/// <summary>Why something could not be read as an event.</summary>
/// <param name="Verdict">Malformed, TooLarge or Unsupported.</param>
/// <param name="Reason">For people: the attribute, the header or JSON position, in a batch the index, and the mend. Printable characters only.</param>
internal sealed record EventFault(Verdict Verdict, string Reason)
{
    private const int QuotedLength = 64;

    public static EventFault Malformed(string reason) => new(Verdict.Malformed, reason);

    public static EventFault TooLarge(string reason) => new(Verdict.TooLarge, reason);

    public static EventFault Unsupported(string reason) => new(Verdict.Unsupported, reason);

    /// <summary>The same fault with the place where it was found.</summary>
    public EventFault At(string place) => this with { Reason = $"{Reason} ({place})" };

    /// <summary>The same fault in the event at an index of a batch, from 0 on.</summary>
    public EventFault InBatch(int index) => this with { Reason = $"event [{index}] of the batch: {Reason}" };

    /// <summary>Shows a piece of what was received in quotes: cut short, and nothing in it can end a line or steer a terminal.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var quoted = new System.Text.StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text.Length <= QuotedLength ? text : text[..QuotedLength])
        {
            if (c is >= ' ' and <= '~' and not '"' and not '\\') quoted.Append(c);
            else quoted.Append($"\\u{(int)c:X4}");
        }

        return quoted.Append(text.Length <= QuotedLength ? "\"" : "…\"").ToString();
    }
}
