-- How entries that are added together are sent. The scripts that add some begin with this text.
--
-- A template is what entries have in common: every word that is sent costs the server time, and again when it gets here.
-- In ARGV, behind a place: count of templates, then per template: count of words, count of places, words, places. Behind
-- them are the entries, each with the number of its template and the words for its places.

-- A local name is found faster than a global one.
local ARGV, tonumber, unpack = ARGV, tonumber, unpack

-- Returns the templates by the words that name them, and the place behind which the entries are; or nil and what is wrong.
local function read_templates(at)
  local templates = {}
  local first = at + 2
  for i = 1, tonumber(ARGV[at + 1]) do
    local count, places = tonumber(ARGV[first]), tonumber(ARGV[first + 1])
    -- The stack that unpack fills is limited to some 8,000 values.
    if count > 7000 then
      return nil, 'DOABWORDS an event has ' .. count / 2 .. ' fields, more than one command takes'
    end
    local last = first + 1 + count
    local template = {words = {unpack(ARGV, first + 2, last)}, count = count, places = {}}
    for j = 1, places do
      template.places[j] = tonumber(ARGV[last + j])
    end
    templates['' .. i] = template
    first = last + places + 1
  end
  return templates, first - 1
end

-- Returns the words of the entry whose own begin behind a place.
local function words_of(template, at)
  local words, places = template.words, template.places
  for i = 1, #places do
    words[places[i]] = ARGV[at + i]
  end
  return unpack(words, 1, template.count)
end

