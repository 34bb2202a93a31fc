//! The exports of an artifact, as far as all artifacts have them.

/// Exports methods of the shell that [`crate::artifact`] made, under the names by which JavaScript calls them.
#[macro_export]
macro_rules! export {
    ($($js:ident = $method:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => { $(
        #[doc = concat!("`", stringify!($method), "` of the shell.")]
        #[::wasm_bindgen::prelude::wasm_bindgen(js_name = $js)]
        pub fn $method($($argument: $type),*) $(-> $result)? {
            SHELL.borrow_mut().$method($($argument),*)
        }
    )* };
}

/// An artifact: what it holds, its memory, what it does when it panics, and what all artifacts export.
#[macro_export]
macro_rules! artifact {
    ($shell:ty) => {
        static SHELL: ::atomic_refcell::AtomicRefCell<$shell> = ::atomic_refcell::AtomicRefCell::new(<$shell>::new());

        /// Without std, whose panics bring their own formatting along; tests have it.
        #[cfg(all(target_arch = "wasm32", not(test)))]
        mod bare {
            #[global_allocator]
            static ALLOCATOR: ::talc::wasm::WasmDynamicTalc = ::talc::wasm::new_wasm_dynamic_allocator();

            #[panic_handler]
            fn panic(_: &::core::panic::PanicInfo<'_>) -> ! {
                ::core::arch::wasm32::unreachable()
            }
        }

        $crate::export! {
            version = version() -> u32;
            room = room(length: u32) -> usize;
            output = output() -> usize;
            dispose = dispose(handle: u32);
        }
    };
}

/// An artifact of engines, and what all of these export.
#[macro_export]
macro_rules! engines {
    ($patterns:ty) => {
        $crate::artifact!($crate::Shell<$patterns>);

        $crate::export! {
            diagnostics = diagnostics(handle: u32) -> u32;
            flagCount = flag_count(handle: u32) -> u32;
            masks = masks(handle: u32) -> u32;
            bits = bits(handle: u32) -> u32;
            slots = slots(handle: u32) -> u32;
            moreSlots = more_slots(handle: u32, flag: u32) -> u32;
            findFlag = find_flag(handle: u32) -> u32;
            findService = find_service(handle: u32) -> u32;
            cells = cells(handle: u32, block: u32) -> usize;
            spill = spill(handle: u32, block: u32, slot: u32, length: u32) -> usize;
            resolve = resolve(handle: u32, block: u32, slot: u32);
            evaluate = evaluate(handle: u32, flag: u32, block: u32, written: u32, now: f64) -> u32;
            evaluateAll = evaluate_all(handle: u32, block: u32, written: u32, now: f64) -> usize;
            answer = answer(handle: u32, outcome: u32) -> u32;
            trail = trail(handle: u32) -> usize;
            assignment = assignment(handle: u32, outcome: u32) -> u32;
            identity = identity(handle: u32) -> u32;
            nextChange = next_change(handle: u32, now: f64) -> f64;
        }
    };
}
