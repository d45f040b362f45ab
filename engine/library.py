"""The one object the window and the command line hold: a store, a model, and every verb on them."""

import importlib.metadata
import logging
import platform
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kindred.engine import confirmed
from kindred.engine.errors import ActionError, PlanError
from kindred.engine.messages import Code, Message
from kindred.engine.paths import Home, absolute, home
from kindred.engine.progress import CancelToken, ProgressSink, ignore
from kindred.engine.store import Store
from kindred.engine.types import (
    SEARCH,
    Batch,
    Calibration,
    Group,
    Hit,
    Kind,
    Photo,
    ScanOptions,
    ScanReport,
    SkippedFile,
    Tier,
    Verdict,
)

if TYPE_CHECKING:  # these bring numpy and more; the window opens without them
    from kindred.engine.embedding.calibration import Refit
    from kindred.engine.embedding.embedder import Embedder, ModelSpec
    from kindred.engine.embedding.explanation import Explanation
    from kindred.engine.embedding.speed import Speed
    from kindred.engine.grouping.groups import Forest, Taste
    from kindred.engine.judgement.folder_sums import FolderSum
    from kindred.engine.judgement.suggestions import Suggestion, Undecided
    from kindred.engine.metadata.carry_over import MetadataOffer
    from kindred.engine.removal.remove import RemovalPlan
    from kindred.engine.removal.trash import Trash
    from kindred.engine.search import Comparison, SearchResult

FIRST_CLUSTERS = 100  # of related photos; more than a screen of groups

BURST_GAP = "burst gap"  # a setting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decision:
    """Two photos the user said are not duplicates."""

    first: Photo
    second: Photo
    at: str  # ISO 8601


class Library:
    """A store with everything that can be done to it. Safe from any thread.

    scan, remove and undo are for one thread at a time (the job thread). Methods raise KindredError
    for expected failures.
    """

    def __init__(self, where: Home, store: Store, *, embedder: "Embedder | None" = None) -> None:
        self.home = where
        self._store = store
        self._given = embedder
        self._embedders: dict[tuple[str, str], Embedder] = {}
        self._loading = threading.Lock()
        self._confirmed = confirmed.read(where.confirmed)
        self._grown: tuple[object, Forest] | None = None
        self._growing = threading.Lock()

    @classmethod
    def open(cls, where: Home | None = None, *, embedder: "Embedder | None" = None) -> "Library":
        """Open (or make) the user's library and mend what a crash left; tests give an `embedder`.

        Raises StoreError.
        """
        where = where or home()
        library = cls(where, Store(where.store), embedder=embedder)
        library._recover()
        return library

    def _recover(self) -> None:
        """Settle what a crash left, in folders that the user confirmed on this computer."""
        from kindred.engine.removal.undo import permit, recover

        recover(self._store, allowed=permit(self._confirmed))

    def _confirm(
        self,
        *,
        folders: Iterable[Path] = (),
        trashes: Iterable[Path] = (),
        programs: Iterable[str] = (),
    ) -> None:
        self._confirmed = confirmed.confirm(
            self.home.confirmed,
            self._confirmed,
            folders=folders,
            trashes=trashes,
            programs=programs,
        )

    def close(self) -> None:
        self._store.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def notice(self) -> Message | None:
        """What opening had to mend, if anything."""
        return self._store.notice

    # Scanning

    def scan(
        self,
        roots: Sequence[Path],
        *,
        options: ScanOptions,
        token: CancelToken,
        progress: ProgressSink = ignore,
    ) -> ScanReport:
        """Look through folders and remember what is new; see engine.scan.pipeline.scan."""
        from kindred.engine.decoding.small_pictures import SmallPictures
        from kindred.engine.removal.drives import remember_drives
        from kindred.engine.scan import pipeline

        self._store.claim()
        roots = [absolute(root) for root in roots]
        self._confirm(folders=roots)
        self._recover()
        remember_drives(roots, self._store)
        embedder = self._embedder(options.model, options.device)
        self.set_setting("model", options.model)
        self.set_setting("device", options.device)
        if self.setting("model id", None) != embedder.id:
            with self._store.write(shown=True):  # the groups are others now
                self.set_setting("model id", embedder.id)
        if embedder.calibration:
            self.set_setting(f"scale of {embedder.id}", asdict(embedder.calibration))
        return pipeline.scan(
            roots,
            store=self._store,
            embedder=embedder,
            pictures=SmallPictures(self.home.small_pictures),
            options=options,
            token=token,
            progress=progress,
        )

    def roots(self) -> list[Path]:
        """The folders that were scanned."""
        return self._store.roots()

    def scanned_at(self) -> str:
        """When a folder was scanned last, ISO 8601; empty when none was."""
        return self._store.scanned_at()

    @property
    def changes(self) -> int:
        """Another number whenever `groups` may be others, apart from what the user settles."""
        return self._store.changes

    def forget_root(self, folder: Path) -> None:
        """Take a folder off the list; nothing on disk changes."""
        self._store.forget_root(folder)

    def leave(self, folder: Path) -> None:
        """Take a folder off the list, its photos out of the groups until it is scanned again."""
        folder = absolute(folder)
        self._store.forget_root(folder)
        self._store.mark_missing(self._store.lookup([], [folder]))

    def photos(self, roots: Sequence[Path]) -> list[Photo]:
        """The photos below some folders, by path."""
        return self._store.photos(roots=[absolute(root) for root in roots])

    def photo_count(self, roots: Sequence[Path] = ()) -> int:
        return self._store.photo_count(roots)

    def folder_sums(self, *, strictness: float) -> "dict[Path, FolderSum]":
        """How many photos each folder holds, and how many of them are safely elsewhere too."""
        from kindred.engine.judgement.folder_sums import folder_sums

        groups = self.groups(strictness=strictness)
        return folder_sums(self._store.folder_counts(), groups, self._store.roots())

    def only_in(self, folder: Path, *, strictness: float) -> list[Photo]:
        """The photos below a folder that would not be safe elsewhere, by path."""
        from kindred.engine.judgement.suggestions import elsewhere_too

        pairs = elsewhere_too(self.groups(strictness=strictness), folder)
        safe = {member.photo.path for _, going in pairs for member in going}
        photos = self._store.photos(roots=[absolute(folder)])
        return [photo for photo in photos if photo.path not in safe]

    def skipped(self) -> list[SkippedFile]:
        return self._store.skipped()

    def ignored(self) -> dict[str, int]:
        """How many files of the scanned folders are no pictures, by ending, most first."""
        return self._store.ignored()

    # Groups and decisions

    def groups(
        self, *, strictness: float, roots: Sequence[Path] = (), taste: "Taste | None" = None
    ) -> list[Group]:
        """The groups of what is stored (below `roots`), in a fixed order; nothing is rescanned.

        taste: how keepers are chosen, if not as the user set it.
        """
        from kindred.engine.grouping.groups import make_groups

        model = self.setting("model id", None)
        if model is None:
            return []
        return make_groups(
            self._forest(model, [absolute(root) for root in roots]),
            strictness=strictness,
            rejected=self._store.rejected(),
            taste=taste or self.taste(),
        )

    def first_groups(self, *, strictness: float) -> list[Group]:
        """Some of `groups`, those that take the most space, in a fraction of the time."""
        from kindred.engine.grouping.groups import make_groups
        from kindred.engine.grouping.largest_groups import load_largest

        model = self.setting("model id", None)
        if model is None:
            return []
        forest = load_largest(
            self._store, model=model, calibration=self._scale(), clusters=FIRST_CLUSTERS
        )
        return make_groups(
            forest, strictness=strictness, rejected=self._store.rejected(), taste=self.taste()
        )

    def _forest(self, model: str, roots: Sequence[Path]) -> "Forest":
        """What groups are made of; kept until the store or the scale changes."""
        from kindred.engine.grouping.groups import load_forest

        calibration = self._scale()
        with self._growing:
            key = (model, tuple(roots), calibration, self._store.changes)
            if self._grown is None or self._grown[0] != key:
                forest = load_forest(self._store, model=model, calibration=calibration, roots=roots)
                self._grown = key, forest
            return self._grown[1]

    def reject(self, group: Group) -> list[tuple[int, int]]:
        """Remember that the photos of a group are not duplicates, by content; what is new of it."""
        from kindred.engine.grouping.hierarchy import denied_pairs

        known = self._store.rejected()
        pairs = [pair for pair in denied_pairs(group) if pair not in known]
        self._reject(pairs, [member.photo for member in group.members])
        return pairs

    def reject_photos(self, first: Path, second: Path) -> None:
        """Remember that two photos of the library are not duplicates. Raises ActionError."""
        photos = [self._store.photo_at(path) for path in (first, second)]
        if photos[0].content == photos[1].content:
            raise ActionError(Code.SAME_BYTES)
        self._reject([(photos[0].content, photos[1].content)], photos)

    def _reject(self, pairs: Sequence[tuple[int, int]], photos: Sequence[Photo]) -> None:
        """By picture data too, so that a rating written into a file later changes nothing."""
        from kindred.engine.scan.judging import facts_of

        named = {content for pair in pairs for content in pair}
        known = self._store.facts(named)
        unread = {p.content: p for p in photos if p.content in named and p.content not in known}
        read = {content: facts_of(photo) for content, photo in unread.items()}
        self._store.add_facts({content: facts for content, facts in read.items() if facts})
        self._store.reject(pairs)

    def unreject(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Take back what `reject` gave."""
        self._store.unsettle(pairs)

    def decisions(self) -> list[Decision]:
        """What the user settled as not duplicates, newest first, where both photos are there."""
        settled = self._store.settled(Verdict.DIFFERENT)
        wanted = {content for first, second, _ in settled for content in (first, second)}
        photos = {photo.content: photo for photo in self._store.photos(wanted)}
        return [
            Decision(photos[first], photos[second], at)
            for first, second, at in settled
            if first in photos and second in photos
        ]

    def forget(self, decision: Decision) -> None:
        """Let two photos be grouped again."""
        self._store.unsettle([(decision.first.content, decision.second.content)])

    # Search and comparison

    def search(
        self, picture: Path | bytes, *, top: int = 60, roots: Sequence[Path] = ()
    ) -> "SearchResult":
        """The photos (below `roots`) most like a picture, which need not be in the library."""
        from kindred.engine import search

        return search.search(
            picture,
            store=self._store,
            embedder=self._current_embedder(),
            top=top,
            roots=[absolute(root) for root in roots],
        )

    def part_of(self, picture: Path | bytes, box: tuple[float, float, float, float]) -> bytes:
        """A part of a picture, to search by: left, top, right, bottom of the upright one, 0..1."""
        from kindred.engine import search

        return search.part_of(picture, box, embedder=self._current_embedder())

    def relate(self, picture: Path | bytes, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits of a search, the nearest of them with their verified relation."""
        from kindred.engine import search
        from kindred.engine.decoding.small_pictures import SmallPictures

        embedder = self._current_embedder()
        return search.relate(
            picture,
            hits,
            store=self._store,
            embedder=embedder,
            pictures=SmallPictures(self.home.small_pictures),
            calibration=self._scale_of(embedder),
        )

    def search_group(self, query: Photo, hits: Sequence[Hit]) -> Group:
        """A photo and the hits of its search as a group in which it stays."""
        from kindred.engine import search

        return search.group_of(query, hits)

    def _scale_of(self, embedder: "Embedder") -> Calibration:
        return self.calibration() or embedder.calibration or self._scale()

    def compare(self, first: Path, second: Path) -> "Comparison":
        """What two pictures are to each other; neither need be in the library."""
        from kindred.engine import search

        embedder = self._current_embedder()
        return search.compare(
            first, second, embedder=embedder, calibration=self._scale_of(embedder)
        )

    def explain(self, first: Path, second: Path) -> "Explanation":
        """Which regions of two pictures the network finds alike."""
        from kindred.engine import search

        return search.explain(first, second, embedder=self._current_embedder())

    # Suggestions and removal

    def suggestions(self, groups: Sequence[Group], tiers: Collection[Tier]) -> "list[Suggestion]":
        """What these groups suggest to remove in some tiers."""
        from kindred.engine.judgement import suggestions

        return suggestions.suggestions(groups, tiers)

    def undecided(self, groups: Sequence[Group], tiers: Collection[Tier]) -> "list[Undecided]":
        """The copies that are left to the user, and why."""
        from kindred.engine.judgement import suggestions

        return suggestions.undecided(groups, tiers)

    def planned(
        self, wanted: Sequence[tuple[Path, Path, Tier]], *, taste: "Taste | None" = None
    ) -> "tuple[RemovalPlan | None, list[Path]]":
        """A removal of photos that were planned before, each with what stays for it and its tier.

        None when none of them is suggested like that any more. Also the photos that are left alone.
        """
        groups = self.groups(strictness=0.5, taste=taste)
        suggested = {
            (found.photo.path, found.staying.path, found.judgement.tier)
            for found in self.suggestions(groups, {tier for *_, tier in wanted})
        }
        agreed = {
            path: staying for path, staying, tier in wanted if (path, staying, tier) in suggested
        }
        plan = self.plan(groups, agreed) if agreed else None
        if plan is not None:
            plan = replace(
                plan,
                removals=tuple(r for r in plan.removals if r.kept.path == agreed[r.photo.path]),
            )
        planned = {removal.photo.path for removal in plan.removals} if plan else set()
        return plan, [path for path, *_ in wanted if path not in planned]

    def plan(self, groups: Sequence[Group], remove: Collection[Path]) -> "RemovalPlan":
        """What removing these photos means. Raises PlanError when a group would be left empty.

        A group of a search takes the judgements that a scan has made of its photos.
        """
        from kindred.engine.removal.remove import plan

        judged = [self._judged(group) if group.key == SEARCH else group for group in groups]
        return plan(judged, remove, protected=self.protected())

    def _judged(self, found: Group) -> Group:
        """A group of a search with what is known of its photos while the query stays."""
        stays = found.keeper.path
        known = {
            member.photo.path: member.judgement
            for group in self.groups(strictness=0.5)
            if group.kind is not Kind.SIMILAR and any(m.photo.path == stays for m in group.members)
            for member in group.members
            if member.judgement.stays == stays or group.keeper.path == stays
        }
        members = (
            replace(member, judgement=known.get(member.photo.path, member.judgement))
            for member in found.members
        )
        return replace(found, members=tuple(members))

    def remove(
        self,
        plan: "RemovalPlan",
        *,
        trash: "Trash",
        token: CancelToken,
        progress: ProgressSink = ignore,
    ) -> Batch:
        """Move the planned photos to the trash; see engine.removal.remove.remove."""
        from kindred.engine.removal.remove import remove

        def confirming(path: Path) -> Path:
            place = trash(path)
            self._confirm(trashes=[place.parent])
            return place

        self._confirm(folders={removal.photo.path.parent for removal in plan.removals})
        return remove(plan, store=self._store, trash=confirming, token=token, progress=progress)

    def without_photo(self, digests: Collection[str]) -> set[str]:
        """Those of these contents of which the library has no photo any more."""
        return self._store.without_photo(digests)

    def batches(self) -> list[Batch]:
        """All removals, newest first."""
        return self._store.batches()

    def undo(
        self, batch: int, *, token: CancelToken | None = None, progress: ProgressSink = ignore
    ) -> Batch:
        """Put the photos of a removal back; see engine.removal.undo.undo."""
        from kindred.engine.removal.undo import permit, undo

        allowed = permit(self._confirmed)
        return undo(batch, store=self._store, token=token, progress=progress, allowed=allowed)

    def split_unit(self, photo: Photo) -> None:
        """Treat the files of one shot as photos of their own from now on."""
        self._store.split(photo.path)

    def missing_metadata(self, group: Group, remove: Collection[Path]) -> "list[MetadataOffer]":
        """What the keeper lacks and a photo about to be removed has."""
        from kindred.engine.metadata import carry_over

        removed = [m.photo for m in group.members if m.photo.path in remove]
        offer = carry_over.offer(group.keeper, removed)
        return [offer] if offer else []

    def sidecar_place(self, photo: Photo) -> Path:
        """The sidecar that words for a photo are saved in; it need not be there yet."""
        from kindred.engine.metadata import carry_over

        return carry_over.sidecar_place(photo)

    def write_sidecar(self, offer: "MetadataOffer") -> Path:
        """Write an accepted offer next to the keeper. Raises ActionError."""
        from kindred.engine.metadata import carry_over

        return carry_over.write_sidecar(offer)

    # What the user chose

    def rules(self) -> tuple[str, ...]:
        """Names of the keeper rules that are on, in their order."""
        from kindred.engine.judgement import keeper

        return tuple(self.setting("keeper rules", keeper.DEFAULT_RULES))

    def set_rules(self, names: Sequence[str]) -> None:
        self.set_setting("keeper rules", list(names))

    def rule_preview(self, groups: Sequence[Group], names: Sequence[str]) -> dict[str, int]:
        """How many of the groups each of these keeper rules would decide."""
        from kindred.engine.judgement import keeper

        return keeper.preview(
            groups, rules=names, preferred=self.preferred(), protected=self._store.protected()
        )

    def preferred(self) -> tuple[Path, ...]:
        """Folders whose photos are rather kept, the best first."""
        return tuple(Path(folder) for folder in self.setting("preferred folders", []))

    def protected(self) -> list[Path]:
        """The folders nothing is ever removed from."""
        return self._store.protected()

    def protect(self, folder: Path) -> None:
        self._store.protect(absolute(folder))

    def unprotect(self, folder: Path) -> None:
        self._store.unprotect(absolute(folder))

    def prefer(self, folders: Sequence[Path]) -> None:
        """Choose the folders whose photos stay where nothing else tells exact copies apart."""
        self.set_setting("preferred folders", [str(absolute(folder)) for folder in folders])

    def taste(
        self,
        *,
        preset: str | None = None,
        preferred: Sequence[Path] = (),
        protected: Sequence[Path] = (),
    ) -> "Taste":
        """How keepers are chosen, as engine.grouping.groups takes it; more folders may be given.

        preset: the name of one of the presets of keeper rules, instead of the user's own rules.
        Raises PlanError when there is none of that name.
        """
        from kindred.engine.grouping.groups import Taste
        from kindred.engine.judgement.keeper import PRESETS

        rules = self.rules()
        if preset is not None:
            named = {name.lower(): chosen for name, chosen in PRESETS.items()}
            if preset.lower() not in named:
                raise PlanError(Code.NO_PRESET, preset=preset, presets=tuple(PRESETS))
            rules = named[preset.lower()]
        return Taste(
            rules,
            (*preferred, *self.preferred()),
            (*protected, *self._store.protected()),
            self.burst_gap(),
        )

    def burst_gap(self) -> float:
        """The seconds between two shots that still are of one burst."""
        from kindred.engine.grouping.bursts import GAP

        gap = self.setting(BURST_GAP, GAP)
        return float(gap) if isinstance(gap, int | float) and gap > 0 else GAP

    def set_burst_gap(self, seconds: float) -> None:
        self.set_setting(BURST_GAP, seconds)

    def setting(self, key: str, default: Any) -> Any:
        """A setting of this library, kept in the store as JSON."""
        return self._store.setting(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self._store.set_setting(key, value)

    def models(self) -> "list[ModelSpec]":
        """The networks one can choose, the built-in one first."""
        from kindred.engine.embedding import embedder

        return embedder.available(self.home)

    def download_model(
        self, name: str, *, token: CancelToken, progress: ProgressSink = ignore
    ) -> Path:
        """Fetch the weights of a torchvision network, on the user's request only."""
        from kindred.engine.embedding import embedder

        return embedder.download(name, home=self.home, token=token, progress=progress)

    def device_name(self, wanted: str) -> str:
        """What `wanted`, one of engine.types.DEVICES, is on this computer. Raises ModelError."""
        from kindred.engine.embedding import devices

        return devices.device_name(devices.choose(wanted))

    def trust_model(self, name: str) -> None:
        """Let a file that is a program (TorchScript) run, as long as its bytes stay the same."""
        from kindred.engine.embedding import weights

        digest = weights.sha256(self.home.models / name)
        self._confirm(programs=[digest])

    def _trusts(self, name: str) -> bool:
        from kindred.engine.embedding import weights

        path, programs = self.home.models / name, self._confirmed.programs
        return bool(programs) and path.is_file() and weights.sha256(path) in programs

    def calibration(self) -> Calibration | None:
        """What cosines mean for the current model and this user; None: no scan has found out."""
        from kindred.engine.embedding.calibration import from_json

        fitted = from_json(self.setting(self._calibration_key(), None))
        return fitted or self._own_calibration()

    def _own_calibration(self) -> Calibration | None:
        """The model's own, or what was estimated for it."""
        from kindred.engine.embedding.calibration import from_json

        return from_json(self.setting(f"scale of {self.setting('model id', '')}", None))

    def _scale(self) -> Calibration:
        """`calibration`, or an estimate from the photos so far, while the first scan runs."""
        from kindred.engine.embedding.calibration import BACKGROUND, from_background

        model = self.setting("model id", "")
        some = self._store.with_vector(model)[:BACKGROUND].tolist()
        return self.calibration() or from_background(self._store.vectors(model, some)[1])

    def calibrate(self) -> "Refit":
        """Fit the scale of similarity to the decisions so far; changes nothing below 20 of each."""
        from kindred.engine.embedding.calibration import refit

        duplicates, different = (
            self._cosines([pair[:2] for pair in self._store.settled(verdict)])
            for verdict in (Verdict.DUPLICATE, Verdict.DIFFERENT)
        )
        default = self._own_calibration() or self._scale()
        result = refit(duplicates, different, default=default)
        if result.calibration is not None:
            self.set_setting(self._calibration_key(), asdict(result.calibration))
        return result

    def _cosines(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Of the pairs of contents that both have a vector of the current model."""
        contents = sorted({content for pair in pairs for content in pair})
        ids, vectors = self._store.vectors(self.setting("model id", ""), contents)
        of = dict(zip(ids.tolist(), vectors, strict=True))
        return [float(of[a] @ of[b]) for a, b in pairs if a in of and b in of]

    def reset_calibration(self) -> None:
        """Go back to the model's own scale."""
        self.set_setting(self._calibration_key(), {})

    def _calibration_key(self) -> str:
        return f"calibration of {self.setting('model id', '')}"

    def _current_embedder(self) -> "Embedder":
        return self._embedder(self.setting("model", "builtin"), self.setting("device", "auto"))

    def _embedder(self, model: str, device: str) -> "Embedder":
        if self._given is not None:
            return self._given
        from kindred.engine.embedding import embedder

        with self._loading:
            key = (model, device)
            if key not in self._embedders:
                trust = {"trusted": True} if self._trusts(model) else {}
                self._embedders[key] = embedder.load(model, device=device, home=self.home, **trust)
            return self._embedders[key]

    def measure_speed(self, *, seconds: float) -> "list[Speed]":
        """How fast the built-in network runs in each way, `seconds` each; the fastest is used
        from now on."""
        from kindred.engine.embedding import speed

        found = speed.measure(self.home, seconds=seconds)
        with self._loading:
            self._embedders.clear()
        return found

    def facts(self) -> dict[str, str]:
        """What a bug report needs: versions, folders, model, device."""
        embedder = self._current_embedder()
        packages = ("kindred", "torch", "torchvision", "onnxruntime", "faiss-cpu", "pillow")
        versions = {name: _version(name) for name in packages}
        return {
            "system": platform.platform(),
            "python": platform.python_version(),
            **versions,
            "store": str(self.home.store),
            "photos": str(self._store.photo_count()),
            "model": embedder.id,
            "device": f"{embedder.device} ({embedder.runtime})",
        }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # Kindred itself in a bare checkout
        return "not installed"
