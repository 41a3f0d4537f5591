using System.Runtime.CompilerServices;
using System.Text;

namespace FnMesh.Gateway.Events;

/// <summary>Gathers the attributes of one event on the stack and checks each against the standard.</summary>
internal ref struct AttributeSet(EventLimits limits)
{
    private Slots _slots;
    private int _count;
    private int _unset;
    private int _bytes;
    private bool _versioned;

    /// <summary>Whether an attribute has a value.</summary>
    public readonly bool TryGet(string name, out string value)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_slots[i].Key == name && _slots[i].Value is { } found)
            {
                value = found;
                return true;
            }
        }

        value = "";
        return false;
    }

    /// <summary>Adds an attribute; null says that it is not set, and still that its name was used.</summary>
    public EventFault? Add(string name, string? value)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_slots[i].Key == name) return EventFault.Malformed($"attribute {name} is given twice: give it once");
        }

        if (_count == Slots.Length) return EventFault.TooLarge($"an event has more than {EventLimits.MaxAttributes} attributes: move some into its data");
        _slots[_count++] = new(name, value);
        if (value is null)
        {
            _unset++;
            return null;
        }

        if (AttributeValue.Flaw(name, value) is { } flaw) return EventFault.Malformed($"attribute {name} {flaw}");
        if (name == AttributeName.SpecVersion)
        {
            _versioned = true;
            return null;
        }

        _bytes += name.Length + Encoding.UTF8.GetByteCount(value);
        return _bytes <= limits.MaxAttributeBytes
            ? null
            : EventFault.TooLarge($"the attributes, with {name}, are larger than {limits.MaxAttributeBytes} bytes: move some into the event's data");
    }

    /// <summary>Gives an attribute that has no value one.</summary>
    public EventFault? Set(string name, string value)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_slots[i].Key != name) continue;
            _slots[i] = _slots[--_count];
            _unset--;
            break;
        }

        return Add(name, value);
    }

    /// <summary>Makes the event once all attributes are there.</summary>
    public readonly EventFault? Finish(ReadOnlyMemory<byte> data, out ParsedEvent? parsed)
    {
        parsed = null;
        if (!_versioned) return Missing(AttributeName.SpecVersion, ": set it to 1.0");
        if (!TryGet("id", out _)) return Missing("id", "");
        if (!TryGet("source", out _)) return Missing("source", "");
        if (!TryGet("type", out _)) return Missing("type", "");
        if (data.Length > limits.MaxEventBytes - _bytes) return Oversized(limits);

        var attributes = new KeyValuePair<string, string>[_count - _unset - 1];
        var next = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_slots[i] is { Value: { } value } slot && slot.Key != AttributeName.SpecVersion) attributes[next++] = new(slot.Key, value);
        }

        parsed = new(attributes, data, _bytes + data.Length);
        return null;
    }

    public static EventFault Oversized(EventLimits limits) =>
        EventFault.TooLarge($"the event is larger than {limits.MaxEventBytes} bytes: keep its data elsewhere and refer to it with the attribute dataref");

    private static EventFault Missing(string name, string mend) => EventFault.Malformed($"the required attribute {name} is missing{mend}");

    /// <summary>As many as an event may have, and <c>specversion</c>.</summary>
    [InlineArray(Length)]
    private struct Slots
    {
        public const int Length = EventLimits.MaxAttributes + 1;

        private KeyValuePair<string, string?> _first;
    }
}
